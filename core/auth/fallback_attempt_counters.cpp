#include "core/auth/fallback_attempt_counters.hpp"

#include <algorithm>

namespace gateway::auth {

namespace {

constexpr std::int64_t kLogEveryMs = 10'000;  // a storm of logins must not be one of lines

std::optional<AttemptsApart> news_of(const LocalAttemptCounters::Held& held) {
  if (!held.is_news) return std::nullopt;
  return AttemptsApart{held.failures, held.since_last_ms};
}

}  // namespace

FallbackAttemptCounters::FallbackAttemptCounters(AttemptCounters& shared, LocalAttemptCounters& local,
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

Result<BegunAttempt> FallbackAttemptCounters::begin_shared(BeginAttempt attempt, const CallContext& call) {
  const auto held = local_.held(attempt.key);
  const auto held_trusted =
      attempt.trusted_key.empty() ? LocalAttemptCounters::Held{} : local_.held(attempt.trusted_key);
  attempt.apart = news_of(held);
  attempt.apart_trusted = news_of(held_trusted);
  auto begun = shared_.begin(attempt, call);
  if (!begun) return begun;
  const std::int64_t before = begun->failures - (begun->allowed ? 1 : 0);
  // What is on key's record is not told where it is another's that counts.
  if (held.failures > 0) local_.handed_over(attempt.key, held, begun->trusted ? held.failures : before);
  if (held_trusted.failures > 0) local_.handed_over(attempt.trusted_key, held_trusted, before);
  return begun;
}

Result<BegunAttempt> FallbackAttemptCounters::begin(const BeginAttempt& attempt, const CallContext& call) {
  if (asks_shared()) {
    auto begun = begin_shared(attempt, call);
    if (begun) return begun;
    note(begun.error(), call);
  } else {
    failed_.add();
  }
  return local_.begin(attempt, call);
}

Result<Done> FallbackAttemptCounters::settle(const SettleAttempt& attempt, const CallContext& call) {
  const bool is_here =
      attempt.outcome == AttemptOutcome::Withdrawn && local_.has_news(attempt.key, attempt.trusted_key);
  if (is_here) return local_.settle(attempt, call);
  if (!asks_shared()) {
    failed_.add();
  } else if (const auto settled = shared_.settle(attempt, call); !settled) {
    note(settled.error(), call);
  }
  return local_.settle(attempt, call);
}

Result<AttemptState> FallbackAttemptCounters::get(const std::string& key, const CallContext& call) {
  auto shared = shared_.get(key, call);
  if (!shared) note(shared.error(), call);
  auto local = local_.get(key, call);
  if (!shared || !local) return local;
  const auto held = local_.held(key);
  const bool is_over = shared->since_clear_ms && held.since_last_ms >= *shared->since_clear_ms;
  if (!held.is_news || is_over) return shared;
  return AttemptState{std::max(shared->failures, local->failures),
                      std::max(shared->retry_in_ms, local->retry_in_ms)};
}

// Where it cannot be cleared for everybody it is not cleared for some: an administrator is told, and tries
// again.
Result<Done> FallbackAttemptCounters::clear(const ClearAttempts& what, const CallContext& call) {
  auto shared = shared_.clear(what, call);
  if (shared) return local_.clear(what, call);
  note(shared.error(), call);
  return shared;
}

}  // namespace gateway::auth
