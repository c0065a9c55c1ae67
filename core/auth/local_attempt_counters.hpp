// LocalAttemptCounters: the attempts of one process.
//
// Two tables of fixed size, one for counts and one for who is trusted, in sets of sixteen places: a key may
// lie in any place of its set. What has expired gives its place away; in a full set the count with the fewest
// failures goes, among equals the older, so that a flood of single failures cannot push out who failed often;
// of the trusted, who is so for the shortest time. So nothing grows, and nobody is refused for want of room.
// Keys are kept as 64 bits of an HMAC with a key of the process.
//
// Times are on the wall clock; one that is set back is noticed and moves what is counted with it, so that
// nobody waits longer than the rule says. Thread safety: all members from any thread; a lock covers some
// hundred sets for some ten nanoseconds. Nothing blocks. Errors: begin() and the others never fail; the
// constructor throws std::bad_alloc, or std::runtime_error without randomness.
#pragma once

#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "core/auth/attempt_counters.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/random.hpp"

namespace gateway::auth {

class LocalAttemptCounters final : public AttemptCounters {
 public:
  // Room for so many counts and as many trusted, with so much to spare that hardly a set fills up before.
  LocalAttemptCounters(std::size_t entries, const runtime::Clock& clock, runtime::Random& random);

  Result<BegunAttempt> begin(const BeginAttempt& attempt, const CallContext& call) override;
  Result<Done> settle(const SettleAttempt& attempt, const CallContext& call) override;
  Result<AttemptState> get(const std::string& key, const CallContext& call) override;
  Result<Done> clear(const std::string& key, const CallContext& call) override;

  std::size_t places() const noexcept { return set_count_ * kWays; }
  // Counts that hold now; looks at all of them.
  std::size_t size() const;

 private:
  static constexpr std::size_t kWays = 16;
  static constexpr std::size_t kLocks = 256;

  struct Count {
    std::uint64_t key;  // 0: free
    std::int64_t failures;
    std::int64_t last_ms;
    std::int64_t next_ms;
    std::int64_t forget_ms;
  };
  struct Trust {
    std::uint64_t key;  // 0: free
    std::int64_t until_ms;
  };
  template <class Entry>
  struct Table {
    struct Free {
      void operator()(Entry* memory) const noexcept { std::free(memory); }
    };
    std::unique_ptr<Entry[], Free> entries;
  };
  struct alignas(64) Lock {
    std::mutex mutex;
  };

  std::uint64_t hash_of(const std::string& key) const;
  std::size_t set_of(std::uint64_t hash) const noexcept { return (hash >> 8) & (set_count_ - 1); }
  std::mutex& lock_of(std::uint64_t hash) const noexcept { return locks_[set_of(hash) % kLocks].mutex; }

  bool is_trusted(std::uint64_t hash, std::int64_t now_ms) const;
  void trust(std::uint64_t hash, std::int64_t until_ms);
  // nullptr: none that holds. The set's lock is held.
  Count* find(std::uint64_t hash, std::int64_t now_ms) const noexcept;
  Count& place_for(std::uint64_t hash, std::int64_t now_ms) noexcept;
  // Whose record counts.
  std::uint64_t counted(const std::string& key, const std::string& trusted_key, std::int64_t now_ms,
                        bool* trusted) const;

  const runtime::Clock& clock_;
  std::array<char, 32> secret_{};
  const std::size_t set_count_;  // a power of two
  const Table<Count> counts_;
  const Table<Trust> trusted_;
  mutable std::array<Lock, kLocks> locks_;
};

}  // namespace gateway::auth
