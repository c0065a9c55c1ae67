#include "core/auth/local_attempt_counters.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <stdexcept>

#include <gateway/toolkit/sha256.hpp>

namespace gateway::auth {

namespace {

constexpr std::int32_t kMostFailures = 1'000'000;

// Zeroed pages come untouched from the system, which no container offers: what nobody uses costs nothing.
template <class Entry>
Entry* zeroed(std::size_t count) {
  auto* entries = static_cast<Entry*>(std::calloc(count, sizeof(Entry)));
  if (entries == nullptr) throw std::bad_alloc();
  return entries;
}

}  // namespace

LocalAttemptCounters::LocalAttemptCounters(std::size_t entries, const runtime::Clock& clock,
                                           runtime::Random& random)
    : clock_(clock),
      // Half full at `entries`: with 8 keys to a set on average, one of 250 sets has more than 16.
      set_count_(std::bit_ceil(std::max<std::size_t>(entries / (kWays / 2), 1))),
      counts_{decltype(counts_.entries)(zeroed<Count>(set_count_ * kWays))},
      trusted_{decltype(trusted_.entries)(zeroed<Trust>(set_count_ * kWays))} {
  if (!random.fill(secret_.data(), secret_.size())) throw std::runtime_error("there is no randomness");
}

std::uint64_t LocalAttemptCounters::hash_of(const std::string& key) const {
  const auto digest = toolkit::hmac_sha256({secret_.data(), secret_.size()}, key);
  std::uint64_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof hash);
  return std::max<std::uint64_t>(hash, 1);
}

bool LocalAttemptCounters::is_trusted(std::uint64_t hash, std::int64_t now_ms) const {
  const std::lock_guard lock(lock_of(hash));
  const Trust* set = &trusted_.entries[set_of(hash) * kWays];
  return std::any_of(set, set + kWays,
                     [&](const Trust& entry) { return entry.key == hash && entry.until_ms > now_ms; });
}

void LocalAttemptCounters::trust(std::uint64_t hash, std::int64_t until_ms) {
  const std::lock_guard lock(lock_of(hash));
  Trust* set = &trusted_.entries[set_of(hash) * kWays];
  Trust* place = std::find_if(set, set + kWays, [&](const Trust& entry) { return entry.key == hash; });
  if (place == set + kWays) {
    place = std::min_element(set, set + kWays,
                             [](const Trust& a, const Trust& b) { return a.until_ms < b.until_ms; });
  }
  *place = {hash, until_ms};
}

LocalAttemptCounters::Count* LocalAttemptCounters::find(std::uint64_t hash,
                                                        std::int64_t now_ms) const noexcept {
  Count* set = &counts_.entries[set_of(hash) * kWays];
  Count* found = std::find_if(set, set + kWays, [&](const Count& entry) { return entry.key == hash; });
  if (found == set + kWays) return nullptr;
  if (now_ms < found->last_ms) {  // the clock was set back
    const std::int64_t back_ms = found->last_ms - now_ms;
    found->last_ms -= back_ms;
    found->next_ms -= back_ms;
    found->forget_ms -= back_ms;
  }
  return found->forget_ms > now_ms ? found : nullptr;
}

LocalAttemptCounters::Count& LocalAttemptCounters::place_for(std::uint64_t hash,
                                                             std::int64_t now_ms) noexcept {
  Count* set = &counts_.entries[set_of(hash) * kWays];
  const auto worth = [&](const Count& entry) {
    return entry.key == 0 || entry.forget_ms <= now_ms ? 0 : entry.failures;
  };
  Count* place = std::find_if(set, set + kWays, [&](const Count& entry) { return entry.key == hash; });
  if (place == set + kWays) {
    place = std::min_element(set, set + kWays, [&](const Count& a, const Count& b) {
      return worth(a) != worth(b) ? worth(a) < worth(b) : a.last_ms < b.last_ms;
    });
  }
  *place = {hash, 0, true, now_ms, now_ms, 0};
  return *place;
}

std::uint64_t LocalAttemptCounters::counted(const std::string& key, const std::string& trusted_key,
                                            std::int64_t now_ms, bool* trusted) const {
  if (!trusted_key.empty()) {
    const std::uint64_t hash = hash_of(trusted_key);
    *trusted = is_trusted(hash, now_ms);
    if (*trusted) return hash;
  }
  return hash_of(key);
}

Result<BegunAttempt> LocalAttemptCounters::begin(const BeginAttempt& attempt, const CallContext&) {
  const std::int64_t now_ms = clock_.wall_ms();
  BegunAttempt begun;
  const std::uint64_t hash = counted(attempt.key, attempt.trusted_key, now_ms, &begun.trusted);
  const std::lock_guard lock(lock_of(hash));
  Count* count = find(hash, now_ms);
  if (count != nullptr && now_ms < count->next_ms) {
    begun.retry_in_ms = count->next_ms - now_ms;
    begun.failures = count->failures;
    return begun;
  }
  if (count == nullptr) count = &place_for(hash, now_ms);
  count->failures = std::min(count->failures + 1, kMostFailures);
  count->is_news = true;
  count->last_ms = now_ms;
  count->next_ms = now_ms + delay_ms(attempt.rule, count->failures);
  count->forget_ms = now_ms + attempt.rule.forget_after_ms;
  begun.allowed = true;
  begun.failures = count->failures;
  return begun;
}

Result<Done> LocalAttemptCounters::settle(const SettleAttempt& attempt, const CallContext&) {
  const std::int64_t now_ms = clock_.wall_ms();
  bool trusted = false;
  const std::uint64_t hash = counted(attempt.key, attempt.trusted_key, now_ms, &trusted);
  {
    const std::lock_guard lock(lock_of(hash));
    if (Count* count = find(hash, now_ms)) {
      count->failures = attempt.outcome == AttemptOutcome::Succeeded ? 0 : count->failures - 1;
      count->next_ms = count->last_ms + delay_ms(attempt.rule, count->failures);
      if (count->failures <= 0) *count = {};
    }
  }
  if (attempt.outcome == AttemptOutcome::Succeeded && !attempt.trusted_key.empty() && attempt.trust_ms > 0)
    trust(hash_of(attempt.trusted_key), now_ms + attempt.trust_ms);
  return Done{};
}

Result<AttemptState> LocalAttemptCounters::get(const std::string& key, const CallContext&) {
  const std::int64_t now_ms = clock_.wall_ms();
  const std::uint64_t hash = hash_of(key);
  const std::lock_guard lock(lock_of(hash));
  const Count* count = find(hash, now_ms);
  if (count == nullptr) return AttemptState{};
  return AttemptState{count->failures, std::max<std::int64_t>(count->next_ms - now_ms, 0)};
}

Result<Done> LocalAttemptCounters::clear(const ClearAttempts& what, const CallContext&) {
  const std::uint64_t hash = hash_of(what.key);
  const std::lock_guard lock(lock_of(hash));
  if (Count* count = find(hash, clock_.wall_ms())) *count = {};
  return Done{};
}

LocalAttemptCounters::Held LocalAttemptCounters::held(const std::string& key) const {
  const std::int64_t now_ms = clock_.wall_ms();
  const std::uint64_t hash = hash_of(key);
  const std::lock_guard lock(lock_of(hash));
  const Count* count = find(hash, now_ms);
  if (count == nullptr) return {};
  return {count->failures, count->last_ms, now_ms - count->last_ms, count->is_news};
}

void LocalAttemptCounters::handed_over(const std::string& key, const Held& what,
                                       std::int64_t failures_there) {
  const std::uint64_t hash = hash_of(key);
  const std::lock_guard lock(lock_of(hash));
  Count* count = find(hash, clock_.wall_ms());
  if (count == nullptr || count->failures != what.failures || count->last_ms != what.last_ms) return;
  count->is_news = false;
  if (failures_there < what.failures) *count = {};
}

bool LocalAttemptCounters::has_news(const std::string& key, const std::string& trusted_key) const {
  const std::int64_t now_ms = clock_.wall_ms();
  bool trusted = false;
  const std::uint64_t hash = counted(key, trusted_key, now_ms, &trusted);
  const std::lock_guard lock(lock_of(hash));
  const Count* count = find(hash, now_ms);
  return count != nullptr && count->is_news;
}

std::size_t LocalAttemptCounters::size() const {
  const std::int64_t now_ms = clock_.wall_ms();
  std::size_t held = 0;
  for (std::size_t set = 0; set < set_count_; ++set) {
    const std::lock_guard lock(locks_[set % kLocks].mutex);
    const Count* entries = &counts_.entries[set * kWays];
    held += static_cast<std::size_t>(std::count_if(entries, entries + kWays, [&](const Count& entry) {
      return entry.key != 0 && entry.forget_ms > now_ms;
    }));
  }
  return held;
}

}  // namespace gateway::auth
