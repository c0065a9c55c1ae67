// FallbackAttemptCounters: counters that all instances share, and this process's own for while those cannot
// be asked: attempts then count per instance, and never not at all. After a failure the shared ones are left
// alone for kLeaveAloneMs, so that attempts do not all wait for what hangs; get() and clear() ask always.
//
// What was counted here meanwhile goes with the first attempt that the shared ones are asked for again, into
// the same decision: who was held up stays so, at every instance. From then on it is theirs, and ends with
// success or clearing wherever that happens; what is cleared before it was handed in is known as cleared, by
// when it was counted. What is not handed in, because nobody tries again, is forgotten by its rule. It is
// kept here as what the next outage goes on from, so that being away often makes nothing free anew.
//
// An attempt is taken back where it was counted: here, as long as that is not handed in. Thread safety: all
// members from any thread; they block as the shared ones do. Ownership: refers to both. Errors: clear()
// answers where the shared ones could not be cleared; the others none but those of the local ones.
#pragma once

#include <atomic>

#include "core/auth/local_attempt_counters.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/metrics.hpp"

namespace gateway::auth {

class FallbackAttemptCounters final : public AttemptCounters {
 public:
  static constexpr std::int64_t kLeaveAloneMs = 2'000;

  FallbackAttemptCounters(AttemptCounters& shared, LocalAttemptCounters& local, const runtime::Clock& clock,
                          runtime::Logger& logger, runtime::Metrics& metrics);

  Result<BegunAttempt> begin(const BeginAttempt& attempt, const CallContext& call) override;
  Result<Done> settle(const SettleAttempt& attempt, const CallContext& call) override;
  // The more severe of the two, where what is counted here is not handed in yet.
  Result<AttemptState> get(const std::string& key, const CallContext& call) override;
  Result<Done> clear(const ClearAttempts& what, const CallContext& call) override;

 private:
  bool asks_shared() const noexcept;
  void note(const Error& error, const CallContext& call);
  // Asks the shared ones, with what is counted here and they do not know.
  Result<BegunAttempt> begin_shared(BeginAttempt attempt, const CallContext& call);

  AttemptCounters& shared_;
  LocalAttemptCounters& local_;
  const runtime::Clock& clock_;
  runtime::Logger& logger_;
  runtime::Counter failed_;
  std::atomic<std::int64_t> next_line_ms_{0};  // monotonic, as the next
  std::atomic<std::int64_t> ask_again_ms_{0};
};

}  // namespace gateway::auth
