// PluginInstance: one life of a plugin (create, start, call, stop, destroy), driven through the C ABI alone.
//
// Ownership: owns the instance; the library and the host must outlive it. Thread safety: call() from any
// thread; create, start and the end by one thread. Errors: what the plugin answers; a fault becomes the
// detail, as it was written.
#pragma once

#include <string>
#include <utility>

#include <gateway/call.hpp>
#include <gateway/config_fault.hpp>
#include <gateway/conformance/plugin_library.hpp>
#include <gateway/conformance/test_host.hpp>

namespace gateway::conformance {

// As a person reads it: of a refusal of the configuration every fault.
inline std::string readable(const Error& error) {
  auto refusal = decode<ConfigRefusal>(error.detail);
  return refusal ? ConfigError(std::move(refusal->faults)).what() : error.detail;
}

class PluginInstance {
 public:
  static Result<PluginInstance> create(const PluginLibrary& library, const TestHost& host,
                                       std::string_view config) {
    StringSink fault(kMaxFaultBytes);
    gateway_sink sink = fault.abi();
    void* instance = nullptr;
    const gateway_status status = library.plugin().create(host.abi(), to_abi(config), &sink, &instance);
    if (status != 0) return refusal(status, fault);
    if (instance == nullptr) return malformed("create answered 0 and no instance");
    return PluginInstance(library.plugin(), instance);
  }

  // create and start in one step.
  static Result<PluginInstance> run(const PluginLibrary& library, const TestHost& host,
                                    std::string_view config) {
    Result<PluginInstance> made = create(library, host, config);
    if (!made) return made;
    if (const Result<Done> started = made->start(); !started) return started.error();
    return made;
  }

  PluginInstance(PluginInstance&& other) noexcept
      : plugin_(other.plugin_),
        instance_(std::exchange(other.instance_, nullptr)),
        started_(std::exchange(other.started_, false)) {}
  PluginInstance& operator=(PluginInstance&&) = delete;
  PluginInstance(const PluginInstance&) = delete;
  PluginInstance& operator=(const PluginInstance&) = delete;
  ~PluginInstance() {
    stop();
    if (instance_ != nullptr) plugin_->destroy(instance_);
  }

  Result<Done> start() {
    StringSink fault(kMaxFaultBytes);
    gateway_sink sink = fault.abi();
    const gateway_status status = plugin_->start(instance_, &sink);
    if (status != 0) return refusal(status, fault);
    started_ = true;
    return Done{};
  }

  void stop() {
    if (std::exchange(started_, false)) plugin_->stop(instance_);
  }

  template <class Operation>
  Result<typename Operation::Reply> call(const Operation& operation, const CallContext& context) const {
    return send(operation, context, [this](const gateway_call* call, gateway_sink* sink) {
      return plugin_->call(instance_, call, sink);
    });
  }

  // For what the typed call cannot express: unknown operations, broken requests, sinks that are too small.
  gateway_status call_raw(const gateway_call& call, gateway_sink* sink) const {
    return plugin_->call(instance_, &call, sink);
  }

  const gateway_policy* policy() const noexcept { return plugin_->policy; }
  void* abi_instance() const noexcept { return instance_; }

 private:
  static constexpr std::size_t kMaxFaultBytes = 64U << 10;

  PluginInstance(const gateway_plugin& plugin, void* instance) : plugin_(&plugin), instance_(instance) {}

  static Error refusal(gateway_status status, const StringSink& fault) {
    const bool known = status >= static_cast<gateway_status>(ErrorKind::Invalid) &&
                       status <= static_cast<gateway_status>(ErrorKind::Internal);
    return {known ? static_cast<ErrorKind>(status) : ErrorKind::Malformed, fault.text()};
  }

  const gateway_plugin* plugin_;
  void* instance_;
  bool started_ = false;
};

}  // namespace gateway::conformance
