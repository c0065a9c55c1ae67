#include "core/app/cli/service_session.hpp"

#include <utility>

namespace gateway::app::cli {

namespace {
constexpr std::int64_t kCommandTimeoutMs = 30'000;
}

ServiceSession::ServiceSession(Settings settings)
    : settings_(std::move(settings)), application_(settings_, {logger_, clock_, random_, metrics_}) {}

std::vector<std::string> ServiceSession::start() {
  if (auto faults = application_.start_services(); !faults.empty()) return faults;
  if (application_.storage_is_ephemeral()) {
    return {
        "the selected storage keeps nothing beyond its own process; this command needs a durable one: set "
        "ConnectionStrings:IdentityServiceDb, or ask the running gateway over HTTP"};
  }
  return {};
}

auth::RequestScope ServiceSession::scope() const {
  return {{clock_.monotonic_ms() + kCommandTimeoutMs, "command-line"}, "local"};
}

http::Caller ServiceSession::administrator() const {
  http::Caller caller;
  caller.user_id = "command-line";
  caller.user_type = settings_.users.admin_type;
  return caller;
}

}  // namespace gateway::app::cli
