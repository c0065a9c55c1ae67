// ServiceSession: the services over the configured plugins, without HTTP: for commands that read or change
// what is stored. Ownership: owns everything it starts; stops it when destroyed.
#pragma once

#include <memory>

#include "core/app/application.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/services.hpp"
#include "core/auth/request_scope.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/metrics.hpp"
#include "core/runtime/random.hpp"

namespace gateway::app::cli {

class ServiceSession {
 public:
  explicit ServiceSession(Settings settings);

  // Empty: ready. A storage that ends with this process is refused: nothing of a gateway that serves is in
  // it, and nothing put there would stay.
  std::vector<std::string> start();

  Services& services() { return application_.services(); }
  auth::RequestScope scope() const;
  const runtime::Clock& clock() const noexcept { return clock_; }
  runtime::Random& random() noexcept { return random_; }
  // Whoever can run the command line on this machine acts as an administrator.
  http::Caller administrator() const;

 private:
  const Settings settings_;
  runtime::NullLogger logger_;
  runtime::SystemClock clock_;
  runtime::SystemRandom random_;
  runtime::Metrics metrics_;
  Application application_;
};

}  // namespace gateway::app::cli
