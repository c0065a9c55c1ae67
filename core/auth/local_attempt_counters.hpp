// LocalAttemptCounters: the attempts of one process.
//
// Two tables of fixed size, one for counts and one for who is trusted, in sets of sixteen places: a key may
// lie in any place of its set. What has expired gives its place away; in a full set the count with the fewest
// failures goes, among equals the older, so that a flood of single failures cannot push out who failed often;
// of the trusted, who is so for the shortest time. So nothing grows, and nobody is refused for want of room.
// Keys are kept as 64 bits of an HMAC with a key of the process.
//
// Beside shared counters it counts what those cannot be asked for, and is told what they have taken over: a
// count that others know is not handed in again, but goes on from there the next time they are away.
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
  Result<Done> clear(const ClearAttempts& what, const CallContext& call) override;

  // What is counted under this key.
  struct Held {
    std::int64_t failures = 0;
    std::int64_t last_ms = 0;
    std::int64_t since_last_ms = 0;
    bool is_news = false;  // counted since the last handed_over()
  };
  Held held(const std::string& key) const;
  // The shared counters have answered for it, and now have so many failures. What has been counted meanwhile
  // stays news; where they have fewer than was handed in, it has been forgotten there, and goes here as well.
  void handed_over(const std::string& key, const Held& what, std::int64_t failures_there);
  // Whether the record that would count for these keys is news.
  bool has_news(const std::string& key, const std::string& trusted_key) const;

  std::size_t places() const noexcept { return set_count_ * kWays; }
  // Counts that hold now; looks at all of them.
  std::size_t size() const;

 private:
  static constexpr std::size_t kWays = 16;
  static constexpr std::size_t kLocks = 256;

  struct Count {
    std::uint64_t key;  // 0: free
    std::int32_t failures;
    bool is_news;
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
