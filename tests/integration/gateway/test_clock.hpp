// TestClock: wall time that a test moves by hand; monotonic time is the real one, since the server's
// deadlines are.
#pragma once

#include <atomic>

#include "core/runtime/clock.hpp"

namespace gateway::testing {

class TestClock final : public runtime::Clock {
 public:
  std::int64_t wall_ms() const noexcept override { return system_.wall_ms() + offset_ms_.load(); }
  std::int64_t monotonic_ms() const noexcept override { return system_.monotonic_ms(); }
  void advance_wall(std::int64_t ms) { offset_ms_ += ms; }

 private:
  runtime::SystemClock system_;
  std::atomic<std::int64_t> offset_ms_{0};
};

}  // namespace gateway::testing
