// Clock: the only source of time. Injected everywhere, so that tests move it by hand.
// wall_ms: Unix time in milliseconds; may jump. monotonic_ms: never goes back; the scale of deadlines.
// Thread safety: all members from any thread.
#pragma once

#include <cstdint>

namespace gateway::runtime {

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  virtual std::int64_t wall_ms() const noexcept = 0;
  virtual std::int64_t monotonic_ms() const noexcept = 0;
};

class SystemClock final : public Clock {
 public:
  std::int64_t wall_ms() const noexcept override;
  std::int64_t monotonic_ms() const noexcept override;
};

}  // namespace gateway::runtime
