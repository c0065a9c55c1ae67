// VerifiedTokenCache: callers by the SHA-256 of their token, so that a token seen before costs one hash and
// one look-up.
//
// An entry lives until the earliest of the token's expiry, the configured bound, a revocation that names its
// user, and clear() (key sets changed). Bounded and sharded; a full shard drops its oldest entries. Times are
// on the monotonic clock: setting the wall clock back must not keep a revoked token alive.
//
// A verification that began before a revocation must not store its stale result after it: take epoch() before
// looking anything up and pass it to put(), which then stores nothing if any revocation has happened since.
// Thread safety: all members from any thread; each takes one shard's mutex for a few instructions.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <gateway/store/revocations.hpp>
#include <gateway/toolkit/sha256.hpp>

#include "core/http/caller.hpp"

namespace gateway::auth {

class VerifiedTokenCache {
 public:
  using Key = toolkit::Sha256Digest;

  VerifiedTokenCache(std::size_t max_entries, std::int64_t max_age_ms);

  static Key key_of(std::string_view token) { return toolkit::sha256(token); }

  // nullptr: unknown or no longer usable. Counts as a hit or nothing: a token that has to be verified is
  // looked up again by the worker that does so, and is one miss.
  http::CallerPtr find(const Key& key, std::int64_t now_ms);

  std::uint64_t epoch() const noexcept { return epoch_.load(std::memory_order_acquire); }
  // `valid_for_ms`: what is left of the token's own life.
  void put(const Key& key, http::CallerPtr caller, std::int64_t now_ms, std::int64_t valid_for_ms,
           std::uint64_t epoch);

  void revoke_user(std::string_view user_id);
  void revoke_session(std::string_view session_id);
  void revoke(const std::vector<store::Revocation>& events);  // all of them in one walk
  void clear();

  std::uint64_t hits() const noexcept { return hits_.load(std::memory_order_relaxed); }
  void count_miss() noexcept { misses_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t misses() const noexcept { return misses_.load(std::memory_order_relaxed); }
  std::size_t size() const;

 private:
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      std::size_t hash = 0;  // the key is a digest: any of its bytes are as good as a hash of all
      std::memcpy(&hash, key.data(), sizeof(hash));
      return hash;
    }
  };
  struct Entry {
    http::CallerPtr caller;
    std::int64_t until_ms = 0;
    std::uint64_t serial = 0;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<Key, Entry, KeyHash> entries;
    std::deque<std::pair<Key, std::uint64_t>>
        order;  // by insertion; a serial that differs is a replaced entry
    std::uint64_t next_serial = 0;
  };
  static constexpr std::size_t kShards = 16;

  Shard& shard_of(const Key& key) noexcept { return shards_[key[31] % kShards]; }
  template <class Match>
  void remove_if(Match match);

  const std::size_t max_per_shard_;
  const std::int64_t max_age_ms_;
  std::array<Shard, kShards> shards_;
  std::atomic<std::uint64_t> epoch_{0};
  std::atomic<std::uint64_t> hits_{0};
  std::atomic<std::uint64_t> misses_{0};
};

}  // namespace gateway::auth
