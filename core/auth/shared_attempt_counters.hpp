// SharedAttemptCounters: attempts counted by the counters plugin, for all instances. An answer is waited for
// kCallMs at most, whatever time the request has: who waits behind FallbackAttemptCounters then still has
// time to be served. Thread safety: all members from any thread. Ownership: refers to the store and the
// clock. Errors: the store's.
#pragma once

#include "core/auth/attempt_counters.hpp"
#include "core/runtime/clock.hpp"

namespace gateway::auth {

class SharedAttemptCounters final : public AttemptCounters {
 public:
  static constexpr std::int64_t kCallMs = 500;

  SharedAttemptCounters(CounterStore& store, const runtime::Clock& clock) : store_(store), clock_(clock) {}

  Result<BegunAttempt> begin(const BeginAttempt& attempt, const CallContext& call) override;
  Result<Done> settle(const SettleAttempt& attempt, const CallContext& call) override;
  Result<AttemptState> get(const std::string& key, const CallContext& call) override;
  Result<Done> clear(const ClearAttempts& what, const CallContext& call) override;

 private:
  CallContext bounded(const CallContext& call) const;

  CounterStore& store_;
  const runtime::Clock& clock_;
};

}  // namespace gateway::auth
