#include "core/api/health_monitor.hpp"

#include <utility>

#include <gateway/provider_messages.hpp>

namespace gateway::api {

void HealthMonitor::probe(std::int64_t timeout_ms) {
  const auto deadline = [&] { return CallContext{clock_.monotonic_ms() + timeout_ms, "health-probe"}; };
  auto seen = std::make_shared<HealthSnapshot>();
  seen->storage_connected = store_.probe({}, deadline()).ok();
  for (plugin::PluginInstance* provider : providers_.all()) {
    seen->providers[provider->id()] = provider->call(ProbeHealth{}, deadline()).ok();
  }
  const std::lock_guard lock(mutex_);
  snapshot_ = std::move(seen);
}

}  // namespace gateway::api
