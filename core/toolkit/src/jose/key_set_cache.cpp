#include "gateway/toolkit/jose/key_set_cache.hpp"

#include <algorithm>
#include <chrono>

namespace gateway::toolkit {

namespace {

constexpr std::size_t kMaxAbsentKeys = 256;

}  // namespace

KeySetCache::KeySetCache(KeySetCacheOptions options, Fetcher fetcher, Parser parser, Clock now_ms)
    : options_(options),
      fetcher_(std::move(fetcher)),
      parser_(std::move(parser)),
      now_ms_(std::move(now_ms)) {}

KeySetCache::Keys KeySetCache::snapshot() const {
  const auto now_ms = now_ms_();
  const Lock lock(mutex_);
  return usable(now_ms) ? held_.keys : nullptr;
}

bool KeySetCache::knows(std::string_view key_id) const {
  const auto keys = snapshot();
  return keys != nullptr && keys->find(key_id) != nullptr;
}

Result<KeySetCache::Keys> KeySetCache::keys_for(std::string_view key_id) {
  const auto now_ms = now_ms_();
  Lock lock(mutex_);
  if (usable(now_ms) && (held_.keys->find(key_id) != nullptr || key_id.size() > kMaxKeyIdBytes ||
                         is_known_absent(key_id, now_ms))) {
    return held_.keys;
  }
  const bool asked = fetching_ || may_fetch(now_ms);
  if (fetching_) {
    if (waiting_ >= options_.max_waiting)
      return unavailable("too many wait for the key set", options_.retry_ms);
    const auto wait = std::chrono::milliseconds(options_.max_wait_ms);
    ++waiting_;
    const bool done = fetched_.wait_for(lock, wait, [this] { return !fetching_; });
    --waiting_;
    if (!done) return unavailable("key set is still being fetched", options_.retry_ms);
  } else if (asked) {
    static_cast<void>(fetch(lock));  // its failure is kept in last_failure_
  }
  auto keys = current(now_ms_());
  if (!keys.ok() || (*keys)->find(key_id) != nullptr) return keys;
  // Not there. Only an issuer that has just answered can say so; a key made since the last fetch must get
  // its chance.
  if (last_failure_) return *last_failure_;
  if (asked) remember_absent(key_id, now_ms_());
  return keys;
}

Result<bool> KeySetCache::refresh_if_due() {
  const auto now_ms = now_ms_();
  Lock lock(mutex_);
  const bool due = !usable(now_ms) || now_ms >= held_.refresh_at_ms;
  if (!due || fetching_ || !may_fetch(now_ms)) return false;
  const auto done = fetch(lock);
  if (!done.ok()) return done.error();
  return true;
}

std::optional<KeySetCache::Stored> KeySetCache::export_keys() const {
  const auto now_ms = now_ms_();
  const Lock lock(mutex_);
  if (!usable(now_ms)) return std::nullopt;
  return Stored{held_.body, held_.usable_until_ms - now_ms};
}

Result<Done> KeySetCache::import_keys(const Stored& stored) {
  if (stored.usable_ms <= 0) return invalid("stored key set is too old");
  auto parsed = parser_(stored.body);
  if (!parsed.ok()) return parsed.error();
  if (parsed->empty()) return invalid("stored key set has no usable key");

  const auto now_ms = now_ms_();
  const Lock lock(mutex_);
  if (usable(now_ms)) return Done{};
  held_ = Held{std::make_shared<const JwkSet>(std::move(parsed).value()), stored.body, now_ms,
               now_ms + std::min(stored.usable_ms, options_.stale_ms)};
  return Done{};
}

bool KeySetCache::usable(std::int64_t now_ms) const {
  return held_.keys != nullptr && now_ms < held_.usable_until_ms;
}

// A clock that went back must not lock fetching out.
bool KeySetCache::may_fetch(std::int64_t now_ms) const {
  return !last_attempt_ms_ || now_ms < *last_attempt_ms_ || now_ms - *last_attempt_ms_ >= interval_ms(now_ms);
}

std::int64_t KeySetCache::interval_ms(std::int64_t now_ms) const {
  return usable(now_ms) ? options_.min_fetch_interval_ms : options_.retry_ms;
}

bool KeySetCache::is_known_absent(std::string_view key_id, std::int64_t now_ms) const {
  const auto found = absent_until_ms_.find(key_id);
  return found != absent_until_ms_.end() && now_ms < found->second;
}

// When the table is full of living entries the id is not remembered: min_fetch_interval_ms still holds.
void KeySetCache::remember_absent(std::string_view key_id, std::int64_t now_ms) {
  if (absent_until_ms_.size() >= kMaxAbsentKeys) {
    std::erase_if(absent_until_ms_, [now_ms](const auto& entry) { return now_ms >= entry.second; });
  }
  if (absent_until_ms_.size() >= kMaxAbsentKeys) return;
  absent_until_ms_.insert_or_assign(std::string(key_id), now_ms + options_.unknown_key_ms);
}

Result<KeySetCache::Keys> KeySetCache::current(std::int64_t now_ms) const {
  if (usable(now_ms)) return held_.keys;
  if (last_failure_) return *last_failure_;
  return unavailable("no usable keys");
}

// Called with the lock held and no other fetch running; the lock is released during I/O.
Result<Done> KeySetCache::fetch(Lock& lock) {
  fetching_ = true;
  last_attempt_ms_ = now_ms_();
  lock.unlock();
  auto fresh = fetch_and_parse();
  lock.lock();
  fetching_ = false;
  if (fresh.ok()) {
    held_ = std::move(fresh).value();
    last_failure_.reset();
  } else {
    last_failure_ = unavailable("key set: " + fresh.error().detail, interval_ms(now_ms_()));
  }
  fetched_.notify_all();
  if (last_failure_) return *last_failure_;
  return Done{};
}

Result<KeySetCache::Held> KeySetCache::fetch_and_parse() const {
  try {
    auto answer = fetcher_();
    if (!answer.ok()) return std::move(answer).error();
    auto parsed = parser_(answer->body);
    if (!parsed.ok()) return std::move(parsed).error();
    if (parsed->empty()) return malformed("no usable key in it");

    const auto now_ms = now_ms_();
    const auto ttl_ms = std::clamp(answer->max_age_ms, options_.min_ttl_ms, options_.max_ttl_ms);
    return Held{std::make_shared<const JwkSet>(std::move(parsed).value()), std::move(answer->body),
                now_ms + ttl_ms - std::min(options_.refresh_ahead_ms, ttl_ms / 2),
                now_ms + ttl_ms + options_.stale_ms};
  } catch (...) {
    return internal_error("fetching threw an exception");
  }
}

}  // namespace gateway::toolkit
