// SharedCounts: the counts of all instances by the contract of gateway/counters.hpp, in memory, as several
// FallbackAttemptCounters share them; and what one of these sees of them: FarCounts, which can be away.
// Thread safety: all members from any thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include "core/auth/attempt_counters.hpp"
#include "core/runtime/clock.hpp"

namespace gateway::auth {

class SharedCounts final : public AttemptCounters {
 public:
  explicit SharedCounts(const runtime::Clock& clock) : clock_(clock) {}

  Result<BegunAttempt> begin(const BeginAttempt& attempt, const CallContext&) override {
    const std::lock_guard lock(mutex_);
    const std::int64_t now_ms = clock_.wall_ms();
    BegunAttempt begun;
    const std::string& key = counted(attempt.key, attempt.trusted_key, &begun.trusted);
    take_in(attempt.key, attempt.key, attempt.apart, attempt.rule);
    take_in(key, attempt.key, attempt.apart_trusted, attempt.rule);
    Record& record = records_[key];
    begun.allowed = now_ms >= record.next_ms;
    if (begun.allowed)
      record = {record.failures + 1, now_ms, now_ms + delay_ms(attempt.rule, record.failures + 1)};
    begun.failures = record.failures;
    begun.retry_in_ms = begun.allowed ? 0 : record.next_ms - now_ms;
    return begun;
  }
  Result<Done> settle(const SettleAttempt& attempt, const CallContext&) override {
    const std::lock_guard lock(mutex_);
    const std::string& key = counted(attempt.key, attempt.trusted_key, nullptr);
    if (attempt.outcome == AttemptOutcome::Succeeded) {
      records_.erase(key);
      if (attempt.trust_ms > 0) trusted_[attempt.trusted_key] = clock_.wall_ms() + attempt.trust_ms;
    } else if (const auto found = records_.find(key); found != records_.end()) {
      Record& record = found->second;
      record.failures = std::max<std::int64_t>(record.failures - 1, 0);
      record.next_ms = record.last_ms + delay_ms(attempt.rule, record.failures);
    }
    return Done{};
  }
  Result<AttemptState> get(const std::string& key, const CallContext&) override {
    const std::lock_guard lock(mutex_);
    const Record& record = records_[key];
    AttemptState state{record.failures, std::max<std::int64_t>(record.next_ms - clock_.wall_ms(), 0)};
    if (cleared_ms_.count(key) > 0) state.since_clear_ms = clock_.wall_ms() - cleared_ms_[key];
    return state;
  }
  Result<Done> clear(const ClearAttempts& what, const CallContext&) override {
    const std::lock_guard lock(mutex_);
    records_.erase(what.key);
    if (what.remember_ms > 0) cleared_ms_[what.key] = clock_.wall_ms();
    return Done{};
  }
  // As a Redis that was started anew.
  void forget_all() {
    const std::lock_guard lock(mutex_);
    records_.clear();
    trusted_.clear();
    cleared_ms_.clear();
  }

 private:
  struct Record {
    std::int64_t failures = 0;
    std::int64_t last_ms = 0;
    std::int64_t next_ms = 0;
  };

  const std::string& counted(const std::string& key, const std::string& trusted_key, bool* trusted) {
    const bool is_trusted = !trusted_key.empty() && trusted_[trusted_key] > clock_.wall_ms();
    if (trusted != nullptr) *trusted = is_trusted;
    return is_trusted ? trusted_key : key;
  }
  void take_in(const std::string& into, const std::string& account, const std::optional<AttemptsApart>& apart,
               const AttemptRule& rule) {
    if (!apart) return;
    const std::int64_t last_ms = clock_.wall_ms() - apart->since_last_ms;
    if (into == account && cleared_ms_.count(account) > 0 && last_ms <= cleared_ms_[account]) return;
    Record& record = records_[into];
    record.failures = std::max(record.failures, apart->failures);
    record.last_ms = std::max(record.last_ms, last_ms);
    record.next_ms = record.last_ms + delay_ms(rule, record.failures);
  }

  const runtime::Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Record> records_;
  std::map<std::string, std::int64_t> trusted_;
  std::map<std::string, std::int64_t> cleared_ms_;
};

class FarCounts final : public AttemptCounters {
 public:
  explicit FarCounts(AttemptCounters& counts) : counts_(counts) {}

  Result<BegunAttempt> begin(const BeginAttempt& attempt, const CallContext& call) override {
    ++asked;
    if (away) return unavailable("away");
    return counts_.begin(attempt, call);
  }
  Result<Done> settle(const SettleAttempt& attempt, const CallContext& call) override {
    ++asked;
    if (away) return unavailable("away");
    return counts_.settle(attempt, call);
  }
  Result<AttemptState> get(const std::string& key, const CallContext& call) override {
    if (away) return unavailable("away");
    return counts_.get(key, call);
  }
  Result<Done> clear(const ClearAttempts& what, const CallContext& call) override {
    if (away) return unavailable("away");
    return counts_.clear(what, call);
  }

  std::atomic<bool> away{false};
  std::atomic<int> asked{0};

 private:
  AttemptCounters& counts_;
};

}  // namespace gateway::auth
