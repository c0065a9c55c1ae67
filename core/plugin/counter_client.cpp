#include "core/plugin/counter_client.hpp"

namespace gateway::plugin {

namespace c = counters;

Result<c::TakenLimit> CounterClient::take_limit(const c::TakeLimit& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<c::BegunAttempt> CounterClient::begin_attempt(const c::BeginAttempt& request,
                                                     const CallContext& context) {
  return instance_.call(request, context);
}

Result<Empty> CounterClient::settle_attempt(const c::SettleAttempt& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<c::AttemptState> CounterClient::get_attempts(const c::GetAttempts& request,
                                                    const CallContext& context) {
  return instance_.call(request, context);
}

Result<Empty> CounterClient::clear_attempts(const c::ClearAttempts& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<Empty> CounterClient::probe(const ProbeHealth& request, const CallContext& context) {
  return instance_.call(request, context);
}

}  // namespace gateway::plugin
