// HostServices: the host side of gateway_host, one object per plugin instance. What the instance asks for is
// done in its own name: log lines carry its id, counters its label, and storage calls are confined to its own
// scope. http.fetch goes to the process's OutboundHttp, limits.take to the counter store with the instance's
// id in front of the key, and a policy's api_keys.authenticate to whoever knows of keys; where there is none,
// each is Unsupported.
//
// Thread safety: all of it from any thread. Ownership: the references must outlive it; it outlives its plugin
// instance.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include <gateway/abi.h>
#include <gateway/counters.hpp>
#include <gateway/store.hpp>

#include "core/plugin/api_key_authenticator.hpp"
#include "core/plugin/outbound_http.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/metrics.hpp"
#include "core/runtime/random.hpp"

namespace gateway::plugin {

// What the process offers to all plugins.
struct HostContext {
  runtime::Logger& logger;
  const runtime::Clock& clock;
  runtime::Random& random;
  runtime::Metrics& metrics;
  OutboundHttp* http = nullptr;  // nullptr: plugins have no outbound HTTP
  std::string environment = "Production";
  ApiKeyAuthenticator* api_keys = nullptr;  // nullptr: nobody here knows of keys
};

class HostServices {
 public:
  HostServices(std::string instance_id, const HostContext& context);
  HostServices(const HostServices&) = delete;
  HostServices& operator=(const HostServices&) = delete;

  // The storage that credentials.*, codes.* and records.* go to; unset, they answer Unavailable. Before
  // start().
  void use_store(Store* store) noexcept { store_ = store; }

  // Where limits.take goes; nullptr: nowhere. Before start().
  void use_counters(CounterStore* counters) noexcept { counters_store_ = counters; }

  // Who answers api_keys.authenticate; nullptr: nobody. Before start().
  void use_api_keys(ApiKeyAuthenticator* api_keys) noexcept { api_keys_ = api_keys; }

  const gateway_host* abi() const noexcept { return &abi_; }

 private:
  static HostServices& self(void* context) { return *static_cast<HostServices*>(context); }
  void write_log(std::int32_t level, gateway_text message) noexcept;
  void count(gateway_text metric, double amount) noexcept;
  gateway_status serve(const gateway_call& call, gateway_sink* reply) noexcept;
  gateway_status fetch(const gateway_call& call, gateway_sink* reply);
  gateway_status take_limit(const gateway_call& call, gateway_sink* reply);
  gateway_status authenticate(const gateway_call& call, gateway_sink* reply);

  const std::string instance_id_;
  const std::string category_;
  HostContext context_;
  Store* store_ = nullptr;
  CounterStore* counters_store_ = nullptr;
  ApiKeyAuthenticator* api_keys_ = nullptr;
  gateway_host abi_;
  std::mutex counters_mutex_;
  std::map<std::string, runtime::Counter, std::less<>> counters_;  // guarded by counters_mutex_
};

}  // namespace gateway::plugin
