// LimitStore: where it is kept how much of a limit has been used. One decision by the generic cell rate
// algorithm (GCRA, ITU-T I.371): a limit lets one request through every `interval_ns` and up to `burst` of
// them at once; what is kept for each key is one point in time, so that there are no windows and no edges.
//
// Thread safety: every member from any thread. Ownership: keys are views, used during the call only. Units:
// nanoseconds on the host's monotonic clock. Errors: none here; a store that can fail says how it then
// decides.
#pragma once

#include <cstdint>
#include <string_view>

namespace gateway::rate_limit {

struct Limit {
  std::int64_t interval_ns = 0;
  std::int64_t burst = 0;

  std::int64_t burst_ns() const noexcept { return interval_ns * burst; }
};

enum class SubjectKind : std::uint8_t {
  Unknown = 0,  // no usable client address: all of them share one limit
  Address = 1,
  User = 2
};

struct LimitKey {
  std::string_view rule;  // the limit's name: each counts by itself
  SubjectKind kind = SubjectKind::Unknown;
  std::string_view subject;  // bytes
};

struct Decision {
  bool admitted = false;
  std::int64_t remaining = 0;    // how many more would be admitted now
  std::int64_t full_in_ns = 0;   // until nothing counts any more
  std::int64_t retry_in_ns = 0;  // until the next would be admitted; 0: it would be now
};

class LimitStore {
 public:
  LimitStore() = default;
  LimitStore(const LimitStore&) = delete;
  LimitStore& operator=(const LimitStore&) = delete;
  virtual ~LimitStore() = default;

  // Takes `cost` where that is admitted, and nothing where it is not. Cost 0 looks whether one would be.
  virtual Decision decide(const LimitKey& key, const Limit& limit, std::int64_t cost,
                          std::int64_t now_ns) = 0;
  // Gives back one that was taken and turned out to be another key's.
  virtual void give_back(const LimitKey& key, const Limit& limit, std::int64_t now_ns) noexcept = 0;
};

}  // namespace gateway::rate_limit
