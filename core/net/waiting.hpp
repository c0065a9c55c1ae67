// Waiting with an end: Deadline, on the injected clock, and StopSignal, which ends every wait of a client at
// once. Thread safety: Deadline is a plain value; all of StopSignal from any thread. Units: milliseconds,
// monotonic.
#pragma once

#include <cstdint>

#include "core/runtime/clock.hpp"

namespace gateway::net {

class Deadline {
 public:
  Deadline(const runtime::Clock& clock, std::int64_t at_ms) : clock_(&clock), at_ms_(at_ms) {}

  std::int64_t at_ms() const noexcept { return at_ms_; }
  std::int64_t left_ms() const noexcept { return at_ms_ - clock_->monotonic_ms(); }
  bool passed() const noexcept { return left_ms() <= 0; }
  // The earlier of this one and one `ms` from now.
  Deadline within(std::int64_t ms) const noexcept;

 private:
  const runtime::Clock* clock_;
  std::int64_t at_ms_;
};

class StopSignal {
 public:
  StopSignal();  // throws std::system_error where there is no descriptor left
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void stop() noexcept;  // for ever
  int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

enum class Waited { Ready, TimedOut, Stopped };

// Until the socket has one of `events` (poll(2)) or an error; fd -1: only for time to pass.
Waited wait_for(int fd, short events, const Deadline& deadline, const StopSignal& stop) noexcept;

}  // namespace gateway::net
