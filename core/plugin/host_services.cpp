#include "core/plugin/host_services.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/plugin/scoped_store.hpp"

namespace gateway::plugin {

namespace {

constexpr std::size_t kMaxCountersPerPlugin = 64;
constexpr std::size_t kMaxLogBytes = 4096;

// A metric name is chosen by a plugin: only what Prometheus takes, and not without end.
bool valid_metric(std::string_view name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= 64 && name.front() >= 'a' &&
         std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

HostServices::HostServices(std::string instance_id, const HostContext& context)
    : instance_id_(std::move(instance_id)), category_("plugin." + instance_id_), context_(context) {
  abi_.struct_size = sizeof(gateway_host);
  abi_.context = this;
  abi_.log = [](void* c, std::int32_t level, gateway_text message) { self(c).write_log(level, message); };
  abi_.wall_ms = [](void* c) { return self(c).context_.clock.wall_ms(); };
  abi_.monotonic_ms = [](void* c) { return self(c).context_.clock.monotonic_ms(); };
  abi_.random = [](void* c, void* bytes, std::size_t count) -> gateway_status {
    return self(c).context_.random.fill(bytes, count) ? 0
                                                      : static_cast<gateway_status>(ErrorKind::Unavailable);
  };
  abi_.count = [](void* c, gateway_text metric, double amount) { self(c).count(metric, amount); };
  abi_.call = [](void* c, const gateway_call* call, gateway_sink* reply) {
    return self(c).serve(*call, reply);
  };
}

void HostServices::write_log(std::int32_t level, gateway_text message) noexcept {
  const auto bounded =
      static_cast<LogLevel>(std::clamp(level, 0, static_cast<std::int32_t>(LogLevel::Critical)));
  if (!context_.logger.enabled(bounded, category_)) return;
  context_.logger.write(bounded, category_, from_abi(message).substr(0, kMaxLogBytes));
}

void HostServices::count(gateway_text metric, double amount) noexcept {
  try {
    const std::string_view name = from_abi(metric);
    if (!(amount >= 0) || !valid_metric(name)) return;
    const std::lock_guard lock(counters_mutex_);
    auto found = counters_.find(name);
    if (found == counters_.end()) {
      if (counters_.size() >= kMaxCountersPerPlugin) return;
      found = counters_
                  .emplace(name, context_.metrics.counter("gateway_plugin_" + std::string(name) + "_total",
                                                          "Counted by a plugin.", {{"plugin", instance_id_}}))
                  .first;
    }
    found->second.add(amount);
  } catch (const std::exception&) {
    // A metric that cannot be kept is not worth failing the plugin's work for.
  }
}

gateway_status HostServices::serve(const gateway_call& call, gateway_sink* reply) noexcept {
  try {
    if (store_ == nullptr) return write_error(reply, unavailable("no storage is attached to this plugin"));
    ScopedStore scoped(*store_, instance_id_);
    return scoped.dispatch(call, reply);
  } catch (const std::exception& e) {
    return write_error(reply, internal_error(e.what()));
  }
}

}  // namespace gateway::plugin
