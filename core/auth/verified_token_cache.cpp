#include "core/auth/verified_token_cache.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace gateway::auth {

VerifiedTokenCache::VerifiedTokenCache(std::size_t max_entries, std::int64_t max_age_ms)
    : max_per_shard_(std::max<std::size_t>(1, max_entries / kShards)), max_age_ms_(max_age_ms) {}

http::CallerPtr VerifiedTokenCache::find(const Key& key, std::int64_t now_ms) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.entries.find(key);
  if (found == shard.entries.end() || now_ms >= found->second.until_ms) return nullptr;
  hits_.fetch_add(1, std::memory_order_relaxed);
  return found->second.caller;
}

void VerifiedTokenCache::put(const Key& key, http::CallerPtr caller, std::int64_t now_ms,
                             std::int64_t valid_for_ms, std::uint64_t epoch) {
  const std::int64_t until_ms = now_ms + std::min(valid_for_ms, max_age_ms_);
  if (until_ms <= now_ms) return;
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  // Under the lock: a revocation raises the epoch first and then takes each shard's lock, so either it is
  // seen here or it will see this entry.
  if (epoch_.load(std::memory_order_acquire) != epoch) return;
  const std::uint64_t serial = shard.next_serial++;
  shard.entries.insert_or_assign(key, Entry{std::move(caller), until_ms, serial});
  shard.order.emplace_back(key, serial);
  while (shard.entries.size() > max_per_shard_ || shard.order.size() > 2 * max_per_shard_) {
    const auto [oldest, oldest_serial] = shard.order.front();
    shard.order.pop_front();
    const auto found = shard.entries.find(oldest);
    if (found != shard.entries.end() && found->second.serial == oldest_serial) shard.entries.erase(found);
  }
}

template <class Match>
void VerifiedTokenCache::remove_if(Match match) {
  epoch_.fetch_add(1, std::memory_order_acq_rel);
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (auto it = shard.entries.begin(); it != shard.entries.end();) {
      it = match(*it->second.caller) ? shard.entries.erase(it) : std::next(it);
    }
  }
}

void VerifiedTokenCache::revoke_user(std::string_view user_id) {
  remove_if([&](const http::Caller& caller) { return caller.user_id == user_id; });
}

void VerifiedTokenCache::revoke_session(std::string_view session_id) {
  remove_if([&](const http::Caller& caller) { return caller.session_id == session_id; });
}

void VerifiedTokenCache::revoke(const std::vector<store::Revocation>& events) {
  std::unordered_set<std::string_view> users;
  std::unordered_set<std::string_view> sessions;
  for (const store::Revocation& event : events) {
    if (event.user_id) users.insert(*event.user_id);
    if (event.session_id) sessions.insert(*event.session_id);
  }
  remove_if([&](const http::Caller& caller) {
    return users.count(caller.user_id) != 0 || sessions.count(caller.session_id) != 0;
  });
}

void VerifiedTokenCache::clear() {
  remove_if([](const http::Caller&) { return true; });
}

std::size_t VerifiedTokenCache::size() const {
  std::size_t total = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    total += shard.entries.size();
  }
  return total;
}

}  // namespace gateway::auth
