// HealthMonitor: whether what the gateway depends on answers, as a background probe saw it last. Endpoints
// read the snapshot; none of them does I/O.
//
// Storage down: unhealthy and not ready. A provider down: degraded, since tokens that are known still verify.
// Thread safety: probe() from one thread at a time (it blocks); everything else from any thread.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <gateway/store.hpp>

#include "core/auth/provider_directory.hpp"
#include "core/runtime/clock.hpp"

namespace gateway::api {

struct HealthSnapshot {
  bool storage_connected = false;
  std::map<std::string, bool> providers;
};

class HealthMonitor {
 public:
  HealthMonitor(Store& store, const auth::ProviderDirectory& providers, const runtime::Clock& clock)
      : store_(store),
        providers_(providers),
        clock_(clock),
        snapshot_(std::make_shared<const HealthSnapshot>()) {}

  void probe(std::int64_t timeout_ms);
  void begin_drain() noexcept { draining_.store(true, std::memory_order_relaxed); }

  std::shared_ptr<const HealthSnapshot> snapshot() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
  }
  bool draining() const noexcept { return draining_.load(std::memory_order_relaxed); }
  bool ready() const { return !draining() && snapshot()->storage_connected; }

 private:
  Store& store_;
  const auth::ProviderDirectory& providers_;
  const runtime::Clock& clock_;
  std::atomic<bool> draining_{false};
  mutable std::mutex mutex_;
  std::shared_ptr<const HealthSnapshot> snapshot_;  // guarded by mutex_
};

}  // namespace gateway::api
