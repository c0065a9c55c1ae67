#include "memory_limit_store.hpp"

#include <algorithm>
#include <bit>
#include <new>

namespace gateway::rate_limit {

namespace {

Decision decision(const Limit& limit, bool admitted, std::int64_t used_ns, std::int64_t cost) noexcept {
  Decision made;
  made.admitted = admitted;
  made.remaining = std::max<std::int64_t>(0, (limit.burst_ns() - used_ns) / limit.interval_ns);
  made.full_in_ns = used_ns;
  made.retry_in_ns = std::max<std::int64_t>(0, used_ns + limit.interval_ns * cost - limit.burst_ns());
  return made;
}

}  // namespace

MemoryLimitStore::MemoryLimitStore(std::size_t entries, HashKey key)
    : key_(key),
      // Half full at `entries`: with 8 keys to a set on average, one of 250 sets has more than 16.
      set_count_(std::bit_ceil(std::max<std::size_t>(entries / (kWays / 2), 1))),
      // Zeroed pages come untouched from the system, which no container offers.
      sets_(static_cast<Set*>(std::calloc(set_count_, sizeof(Set)))) {
  if (!sets_) throw std::bad_alloc();
}

std::uint64_t MemoryLimitStore::hash_of(const LimitKey& key) const noexcept {
  const std::uint64_t of_rule = keyed_hash(key_, key.rule);
  const HashKey own{key_.first ^ of_rule, key_.second ^ static_cast<std::uint64_t>(key.kind)};
  return std::max<std::uint64_t>(keyed_hash(own, key.subject), 1);
}

// Until when that key has used its limit up; `now_ns` where it has used nothing.
std::int64_t MemoryLimitStore::find(const Set& set, std::uint64_t hash, std::int64_t now_ns) noexcept {
  for (std::size_t i = 0; i < kWays; ++i) {
    if (set.keys[i] == hash) return std::max(set.used_up_to_ns[i], now_ns);
  }
  return now_ns;
}

void MemoryLimitStore::keep(Set& set, std::uint64_t hash, std::int64_t used_up_to_ns,
                            std::int64_t now_ns) noexcept {
  std::size_t place = 0;
  for (std::size_t i = 0; i < kWays; ++i) {
    if (set.keys[i] == hash) {
      set.used_up_to_ns[i] = used_up_to_ns;
      return;
    }
    const auto left = [&](std::size_t at) {
      return set.keys[at] == 0 ? 0 : std::max<std::int64_t>(set.used_up_to_ns[at] - now_ns, 0);
    };
    if (left(i) < left(place)) place = i;
  }
  set.keys[place] = hash;
  set.used_up_to_ns[place] = used_up_to_ns;
}

Decision MemoryLimitStore::decide(const LimitKey& key, const Limit& limit, std::int64_t cost,
                                  std::int64_t now_ns) {
  const std::uint64_t hash = hash_of(key);
  const std::size_t at = set_of(hash);
  const std::int64_t wanted = std::max<std::int64_t>(cost, 1);
  const std::lock_guard lock(lock_of(at));
  const std::int64_t used_up_to_ns = find(sets_[at], hash, now_ns);
  const std::int64_t next_ns = used_up_to_ns + limit.interval_ns * wanted;
  const bool admitted = next_ns - now_ns <= limit.burst_ns();
  if (!admitted || cost == 0) return decision(limit, admitted, used_up_to_ns - now_ns, wanted);
  keep(sets_[at], hash, next_ns, now_ns);
  return decision(limit, true, next_ns - now_ns, wanted);
}

void MemoryLimitStore::give_back(const LimitKey& key, const Limit& limit, std::int64_t now_ns) noexcept {
  const std::uint64_t hash = hash_of(key);
  const std::size_t at = set_of(hash);
  const std::lock_guard lock(lock_of(at));
  const std::int64_t used_up_to_ns = find(sets_[at], hash, now_ns);
  // Where it has grown back meanwhile, or its place was given away, there is nothing to give.
  if (used_up_to_ns > now_ns)
    keep(sets_[at], hash, std::max(used_up_to_ns - limit.interval_ns, now_ns), now_ns);
}

void MemoryLimitStore::raise(const LimitKey& key, std::int64_t used_ns, std::int64_t now_ns) {
  const std::uint64_t hash = hash_of(key);
  const std::size_t at = set_of(hash);
  const std::lock_guard lock(lock_of(at));
  if (now_ns + used_ns > find(sets_[at], hash, now_ns)) keep(sets_[at], hash, now_ns + used_ns, now_ns);
}

std::size_t MemoryLimitStore::size(std::int64_t now_ns) const {
  std::size_t count = 0;
  for (std::size_t at = 0; at < set_count_; ++at) {
    const std::lock_guard lock(lock_of(at));
    for (std::size_t i = 0; i < kWays; ++i)
      count += sets_[at].keys[i] != 0 && sets_[at].used_up_to_ns[i] > now_ns ? 1 : 0;
  }
  return count;
}

}  // namespace gateway::rate_limit
