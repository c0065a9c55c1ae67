// PluginInstance: one configured plugin, from create to destroy, with every call into it guarded.
//
// A call that throws, answers malformed or oversized JSON, or comes back after its deadline becomes an Error,
// is counted under the instance's id and logged. Calls in flight are bounded, so that a plugin that hangs
// cannot take every worker. Life: construct -> create() -> start() -> call()… -> stop() -> destructor. stop()
// and destruction follow by themselves as far as the life has come. Thread safety: call() from any thread
// between start() and stop(), store.migrate from create() on; the rest from one thread.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gateway/call.hpp>
#include <gateway/config_fault.hpp>

#include "core/plugin/host_services.hpp"
#include "core/plugin/plugin_library.hpp"

namespace gateway::plugin {

struct PluginSelection {
  std::string id;           // instance id, unique in the process; the provider name of identities
  std::string config_json;  // its section, checked against the manifest's schema
  std::int64_t max_concurrent_calls = 64;
};

class PluginInstance {
 public:
  PluginInstance(std::shared_ptr<const PluginLibrary> library, PluginSelection selection,
                 const HostContext& context);
  ~PluginInstance();
  PluginInstance(const PluginInstance&) = delete;
  PluginInstance& operator=(const PluginInstance&) = delete;

  // What the plugin has against its configuration; empty: it was created.
  std::vector<ConfigFault> create();
  Result<Done> start();
  void stop() noexcept;

  const std::string& id() const noexcept { return selection_.id; }
  const Manifest& manifest() const noexcept { return library_->manifest(); }
  const PluginLibrary& library() const noexcept { return *library_; }
  bool has_capability(std::string_view name) const noexcept;
  void use_store(Store* store) noexcept { services_.use_store(store); }
  void use_counters(CounterStore* counters) noexcept { services_.use_counters(counters); }
  void use_api_keys(ApiKeyAuthenticator* api_keys) noexcept { services_.use_api_keys(api_keys); }

  template <class Operation>
  Result<typename Operation::Reply> call(const Operation& operation, const CallContext& context) {
    const Admission admission(*this);
    if (!admission.granted()) return refuse_overloaded(Operation::kOperation);
    Result<typename Operation::Reply> reply =
        send(operation, context,
             [&](const gateway_call* call, gateway_sink* sink) { return invoke(*call, sink); });
    if (const auto fault = judge(Operation::kOperation, context, reply ? nullptr : &reply.error()))
      return *fault;
    return reply;
  }

  // For policies.
  const gateway_policy& policy() const noexcept { return *library_->abi().policy; }
  void* handle() const noexcept { return instance_; }
  void count_hook_failure() noexcept { failures_[static_cast<std::size_t>(ErrorKind::Internal)]->add(); }

 private:
  class Admission {
   public:
    explicit Admission(PluginInstance& instance) noexcept
        : instance_(instance), number_(instance.in_flight_.fetch_add(1, std::memory_order_relaxed) + 1) {}
    ~Admission() { instance_.in_flight_.fetch_sub(1, std::memory_order_relaxed); }
    Admission(const Admission&) = delete;
    Admission& operator=(const Admission&) = delete;
    bool granted() const noexcept { return number_ <= instance_.selection_.max_concurrent_calls; }

   private:
    PluginInstance& instance_;
    std::int64_t number_;
  };

  gateway_status invoke(const gateway_call& call, gateway_sink* sink) noexcept;
  // Counts and logs how a call ended; an Error where its answer may not be used.
  std::optional<Error> judge(std::string_view operation, const CallContext& context,
                             const Error* error) noexcept;
  Error refuse_overloaded(std::string_view operation) noexcept;
  Error named(Error error) const;

  std::shared_ptr<const PluginLibrary> library_;
  PluginSelection selection_;
  HostContext context_;
  HostServices services_;
  void* instance_ = nullptr;
  bool started_ = false;
  std::atomic<std::int64_t> in_flight_{0};
  runtime::Counter calls_;
  runtime::Counter overruns_;
  std::array<std::unique_ptr<runtime::Counter>, 8> failures_;  // by ErrorKind
};

}  // namespace gateway::plugin
