// What the tests of attempts have in common. Thread safety: the clock from any thread.
#pragma once

#include <atomic>

#include "core/auth/attempt_counters.hpp"
#include "core/runtime/clock.hpp"

namespace gateway::auth {

class HandClock final : public runtime::Clock {
 public:
  std::int64_t wall_ms() const noexcept override { return now_ms_.load(); }
  std::int64_t monotonic_ms() const noexcept override { return now_ms_.load(); }
  void advance(std::int64_t ms) { now_ms_ += ms; }

 private:
  std::atomic<std::int64_t> now_ms_{1'800'000'000'000};
};

inline constexpr std::int64_t kSecond = 1000;
inline constexpr std::int64_t kHour = 3'600'000;
inline constexpr AttemptRule kRule{3, kSecond, 8 * kSecond, kHour};
inline const CallContext kCall{0, "test"};

}  // namespace gateway::auth
