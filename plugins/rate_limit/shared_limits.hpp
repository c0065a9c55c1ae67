// SharedLimits: the limits that all instances of the gateway count together, by way of the host's counter
// store (gateway/counters.hpp). Two ways: decide() asks it and is exact; report() hands in what was decided
// by this process alone, in the background, and what it answers raises this process's own counts, which is
// how one instance learns of the others.
//
// A store that fails is left alone and asked again after half a second, then less often, every four seconds
// at least; meanwhile reachable() is false, and what then holds is the caller's to say. What was not handed
// in by then is dropped: this process has counted it. Life: construct, start(), stop(). Thread safety: all
// but start() and stop() from any thread; decide() blocks up to the timeout, report() does not block.
// Ownership: refers to the host and to the process's own counts.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include <gateway/counters.hpp>
#include <gateway/host.hpp>

#include "memory_limit_store.hpp"

namespace gateway::rate_limit {

class SharedLimits {
 public:
  SharedLimits(const Host& host, MemoryLimitStore& own, std::int64_t timeout_ms)
      : host_(host), own_(own), timeout_ms_(timeout_ms) {}
  ~SharedLimits() { stop(); }
  SharedLimits(const SharedLimits&) = delete;
  SharedLimits& operator=(const SharedLimits&) = delete;

  // False: the host has no counter store, and nothing was started. One that is away is no fault.
  bool start();
  // Hands in what there is to hand in, once.
  void stop() noexcept;

  bool reachable() const noexcept { return reachable_.load(std::memory_order_relaxed); }

  // As LimitStore::decide, of one. nullopt: it could not be decided.
  std::optional<Decision> decide(const LimitKey& key, const Limit& limit, std::string_view request_id);
  // `remaining`: by the decision made here. The nearer to the limit, the sooner it is handed in. `key.rule`
  // has to live as long as this.
  void report(const LimitKey& key, const Limit& limit, std::int64_t cost, std::int64_t remaining);

 private:
  struct Pending {
    std::string_view rule;
    SubjectKind kind = SubjectKind::Unknown;
    std::string subject;
    Limit limit;
    std::int64_t cost = 0;
    LimitKey key() const noexcept { return {rule, kind, subject}; }
  };
  using AllPending = std::unordered_map<std::string, Pending>;

  Result<Decision> ask(const LimitKey& key, const Limit& limit, std::int64_t cost, bool debt,
                       std::string_view request_id);
  void run();
  void hand_in(const AllPending& all);
  void look();
  void failed(const Error& error) noexcept;

  const Host& host_;
  MemoryLimitStore& own_;
  const std::int64_t timeout_ms_;
  std::atomic<bool> reachable_{false};
  std::thread thread_;

  std::mutex mutex_;  // guards all below
  std::condition_variable wake_;
  AllPending pending_;
  bool urgent_ = false;
  bool stopping_ = false;
};

}  // namespace gateway::rate_limit
