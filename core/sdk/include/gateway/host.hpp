// Host: what the gateway does for a plugin: log, clocks, randomness, counters, and calls to its services.
//
// Services reached with Host::call (each a message): the credentials, codes and records groups of the
// selected storage (store.hpp), which the host files under the plugin's own instance id, so that no plugin
// can see another's; outbound HTTP (outbound_http.hpp); for policies, whether an API
// key is good (api_keys.hpp); and `limits.take` of the counter store that all
// instances share (counters.hpp), Unsupported where there is none. Thread safety: every member may be called
// from any thread between create() and stop(). Clocks: wall_ms() is Unix time and may jump; monotonic_ms()
// never does and is the scale of deadlines. Both are injected in tests, so a plugin asks the host and never
// the system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <gateway/abi.h>
#include <gateway/call.hpp>

namespace gateway {

enum class LogLevel : std::int32_t {
  Trace = 0,
  Debug = 1,
  Information = 2,
  Warning = 3,
  Error = 4,
  Critical = 5
};

class Host {
 public:
  explicit Host(const gateway_host* host) noexcept : host_(host) {}

  // Never pass a secret, a token, a code or a password; the text becomes one field of one log line.
  void log(LogLevel level, std::string_view message) const noexcept {
    host_->log(host_->context, static_cast<std::int32_t>(level), to_abi(message));
  }
  std::int64_t wall_ms() const noexcept { return host_->wall_ms(host_->context); }
  std::int64_t monotonic_ms() const noexcept { return host_->monotonic_ms(host_->context); }

  // Fills `bytes` from a cryptographic generator; false: none is available, and the caller must fail.
  [[nodiscard]] bool random(void* bytes, std::size_t count) const noexcept {
    return host_->random(host_->context, bytes, count) == 0;
  }
  void count(std::string_view metric, double amount = 1) const noexcept {
    host_->count(host_->context, to_abi(metric), amount);
  }

  // What the operator calls this deployment; where the host does not say, it is production.
  std::string_view environment() const noexcept {
    const bool told = host_->struct_size >= offsetof(gateway_host, environment) + sizeof(gateway_text) &&
                      host_->environment.size > 0;
    return told ? from_abi(host_->environment) : std::string_view("Production");
  }

  // Blocks until the service answers or context.deadline_ms passes.
  template <class Operation>
  Result<typename Operation::Reply> call(const Operation& operation, const CallContext& context) const {
    return send(operation, context, [this](const gateway_call* call, gateway_sink* sink) {
      return host_->call(host_->context, call, sink);
    });
  }

 private:
  const gateway_host* host_;
};

}  // namespace gateway
