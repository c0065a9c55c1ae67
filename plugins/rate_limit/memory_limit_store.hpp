// MemoryLimitStore: the limits of one process. A table of fixed size, allocated at once (the system gives
// pages as they are touched), in sets of sixteen places: a key may lie in any place of its set. What has
// run out gives its place away; where a whole set is in use, the entry that would run out first goes, which
// is the one that restrains least. So nothing grows and nobody is refused for want of room.
//
// Thread safety: every member from any thread; a lock covers a few hundred sets for some ten nanoseconds.
// Errors: the constructor throws std::bad_alloc.
#pragma once

#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "keyed_hash.hpp"
#include "limit_store.hpp"

namespace gateway::rate_limit {

class MemoryLimitStore final : public LimitStore {
 public:
  // Room for `entries` keys at once, with so much to spare that hardly a set fills up before.
  MemoryLimitStore(std::size_t entries, HashKey key);

  Decision decide(const LimitKey& key, const Limit& limit, std::int64_t cost, std::int64_t now_ns) override;
  void give_back(const LimitKey& key, const Limit& limit, std::int64_t now_ns) noexcept override;

  // At least so much of that key's limit is used: what somebody else knows of it.
  void raise(const LimitKey& key, std::int64_t used_ns, std::int64_t now_ns);

  std::size_t bytes() const noexcept { return set_count_ * sizeof(Set) + sizeof(*this); }
  std::size_t places() const noexcept { return set_count_ * kWays; }
  // How many keys count at that time; looks at all of them.
  std::size_t size(std::int64_t now_ns) const;

 private:
  static constexpr std::size_t kWays = 16;
  static constexpr std::size_t kLocks = 256;

  struct Set {
    std::uint64_t keys[kWays];          // 0: free
    std::int64_t used_up_to_ns[kWays];  // the theoretical arrival time of the next request
  };
  struct Free {
    void operator()(Set* sets) const noexcept { std::free(sets); }
  };
  struct alignas(64) Lock {
    std::mutex mutex;
  };

  std::uint64_t hash_of(const LimitKey& key) const noexcept;
  std::size_t set_of(std::uint64_t hash) const noexcept { return (hash >> 8) & (set_count_ - 1); }
  std::mutex& lock_of(std::size_t set) const noexcept { return locks_[set % kLocks].mutex; }
  static std::int64_t find(const Set& set, std::uint64_t hash, std::int64_t now_ns) noexcept;
  static void keep(Set& set, std::uint64_t hash, std::int64_t used_up_to_ns, std::int64_t now_ns) noexcept;

  const HashKey key_;
  const std::size_t set_count_;  // a power of two
  const std::unique_ptr<Set[], Free> sets_;
  mutable std::array<Lock, kLocks> locks_;
};

}  // namespace gateway::rate_limit
