#include "core/auth/shared_attempt_counters.hpp"

#include <algorithm>

namespace gateway::auth {

namespace {

Result<Done> done(const Result<Empty>& answer) {
  if (!answer) return answer.error();
  return Done{};
}

}  // namespace

CallContext SharedAttemptCounters::bounded(const CallContext& call) const {
  return {std::min(call.deadline_ms, clock_.monotonic_ms() + kCallMs), call.request_id};
}

Result<BegunAttempt> SharedAttemptCounters::begin(const BeginAttempt& attempt, const CallContext& call) {
  return store_.begin_attempt(attempt, bounded(call));
}

Result<Done> SharedAttemptCounters::settle(const SettleAttempt& attempt, const CallContext& call) {
  return done(store_.settle_attempt(attempt, bounded(call)));
}

Result<AttemptState> SharedAttemptCounters::get(const std::string& key, const CallContext& call) {
  return store_.get_attempts({key}, bounded(call));
}

Result<Done> SharedAttemptCounters::clear(const ClearAttempts& what, const CallContext& call) {
  return done(store_.clear_attempts(what, bounded(call)));
}

}  // namespace gateway::auth
