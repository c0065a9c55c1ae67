// CounterClient: the contract of shared counts as the core calls it: each operation goes to the counters
// plugin as one message. Thread safety: all members from any thread. Ownership: refers to the plugin
// instance.
#pragma once

#include <gateway/counters.hpp>

#include "core/plugin/plugin_instance.hpp"

namespace gateway::plugin {

class CounterClient final : public CounterStore {
 public:
  explicit CounterClient(PluginInstance& instance) : instance_(instance) {}

  Result<counters::TakenLimit> take_limit(const counters::TakeLimit&, const CallContext&) override;
  Result<counters::BegunAttempt> begin_attempt(const counters::BeginAttempt&, const CallContext&) override;
  Result<Empty> settle_attempt(const counters::SettleAttempt&, const CallContext&) override;
  Result<counters::AttemptState> get_attempts(const counters::GetAttempts&, const CallContext&) override;
  Result<Empty> clear_attempts(const counters::ClearAttempts&, const CallContext&) override;
  Result<Empty> probe(const ProbeHealth&, const CallContext&) override;

 private:
  PluginInstance& instance_;
};

}  // namespace gateway::plugin
