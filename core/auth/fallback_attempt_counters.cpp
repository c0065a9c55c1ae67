#include "core/auth/fallback_attempt_counters.hpp"

#include <algorithm>

namespace gateway::auth {

namespace {
constexpr std::int64_t kLogEveryMs = 10'000;  // a storm of logins must not be one of lines
}  // namespace

FallbackAttemptCounters::FallbackAttemptCounters(AttemptCounters& shared, AttemptCounters& local,
                                                 const runtime::Clock& clock, runtime::Logger& logger,
                                                 runtime::Metrics& metrics)
    : shared_(shared),
      local_(local),
      clock_(clock),
      logger_(logger),
      failed_(metrics.counter("gateway_attempt_counters_failed_total",
                              "Calls for which the shared attempt counters could not be asked; the "
                              "process's own were used.")) {}

bool FallbackAttemptCounters::asks_shared() const noexcept {
  return clock_.monotonic_ms() >= ask_again_ms_.load(std::memory_order_relaxed);
}

void FallbackAttemptCounters::note(const Error& error, const CallContext& call) {
  failed_.add();
  const std::int64_t now_ms = clock_.monotonic_ms();
  // Too many calls at once, or a call that was wrong, say nothing about the store.
  if (error.kind != ErrorKind::Overloaded && error.kind != ErrorKind::Invalid)
    ask_again_ms_.store(now_ms + kLeaveAloneMs, std::memory_order_relaxed);
  std::int64_t due_ms = next_line_ms_.load();
  if (now_ms < due_ms || !next_line_ms_.compare_exchange_strong(due_ms, now_ms + kLogEveryMs)) return;
  logger_.write(LogLevel::Warning, "auth", "attempts are counted in this process only",
                {{"reason", std::string_view(error.detail)}, {"request_id", call.request_id}});
}

Result<BegunAttempt> FallbackAttemptCounters::begin(const BeginAttempt& attempt, const CallContext& call) {
  if (asks_shared()) {
    auto begun = shared_.begin(attempt, call);
    if (begun) return begun;
    note(begun.error(), call);
  } else {
    failed_.add();
  }
  return local_.begin(attempt, call);
}

Result<Done> FallbackAttemptCounters::settle(const SettleAttempt& attempt, const CallContext& call) {
  if (!asks_shared()) {
    failed_.add();
  } else if (const auto settled = shared_.settle(attempt, call); !settled) {
    note(settled.error(), call);
  }
  return local_.settle(attempt, call);
}

Result<AttemptState> FallbackAttemptCounters::get(const std::string& key, const CallContext& call) {
  const auto shared = shared_.get(key, call);
  if (!shared) note(shared.error(), call);
  auto local = local_.get(key, call);
  if (!shared || !local) return local;
  return AttemptState{std::max(shared->failures, local->failures),
                      std::max(shared->retry_in_ms, local->retry_in_ms)};
}

// Where it cannot be cleared for everybody it is not cleared for some: an administrator is told, and tries
// again.
Result<Done> FallbackAttemptCounters::clear(const std::string& key, const CallContext& call) {
  auto shared = shared_.clear(key, call);
  if (shared) return local_.clear(key, call);
  note(shared.error(), call);
  return shared;
}

}  // namespace gateway::auth
