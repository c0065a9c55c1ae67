// Deadline: until when one piece of work may wait. Made from a call's context once, at its beginning, and
// from then on measured with the system's steady clock: what is waited for here is the network, which does
// not follow a clock that a test holds still. Thread safety: a plain value. Units: milliseconds.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include <gateway/host.hpp>

namespace gateway::toolkit {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline in_ms(std::int64_t ms) { return Deadline(Clock::now() + std::chrono::milliseconds(ms)); }

  // A little before the call's own end, so that its answer is back in time.
  static Deadline of(const CallContext& context, const Host& host) {
    const std::int64_t left_ms =
        std::clamp<std::int64_t>(context.deadline_ms - host.monotonic_ms(), 0, kMaxMs);
    return in_ms(left_ms - std::min<std::int64_t>(left_ms / 10, kMarginMs));
  }

  Clock::time_point at() const noexcept { return at_; }
  bool passed() const { return Clock::now() >= at_; }
  // At least 0; rounded up, so that waiting for it does not end before it.
  int left_ms() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, kMaxMs));
  }
  Deadline sooner(std::int64_t ms) const { return Deadline(std::min(at_, in_ms(ms).at_)); }

 private:
  static constexpr std::int64_t kMarginMs = 50;
  static constexpr std::int64_t kMaxMs = 24LL * 3600 * 1000;
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

}  // namespace gateway::toolkit
