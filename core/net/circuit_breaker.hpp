// CircuitBreaker: leaves an origin alone that keeps failing, and asks it again with one call at a time.
//
// Closed: every call goes. After `failures_to_open` failures with no success between them it opens: no call
// goes for first_open_ms, doubled each time up to max_open_ms, give or take a quarter, so that instances do
// not come back together. Then one call goes as a probe (half-open) while the others still do not: its
// success closes the breaker, its failure opens it for longer. A verdict of a call that began before the last
// change counts for nothing. Thread safety: from one thread at a time. Units: milliseconds, monotonic.
#pragma once

#include <cstdint>
#include <functional>

#include "core/runtime/clock.hpp"

namespace gateway::net {

struct BreakerOptions {
  int failures_to_open = 5;
  std::int64_t first_open_ms = 1'000;
  std::int64_t max_open_ms = 30'000;
};

enum class Verdict { Success, Failure, Unknown };  // Unknown: says nothing about the origin

class CircuitBreaker {
 public:
  struct Permit {
    bool granted = false;
    std::int64_t retry_after_ms = 0;  // where it is not granted; never 0 then
    std::uint64_t turn = 0;
  };

  // `chance` draws from [0, 1).
  CircuitBreaker(const BreakerOptions& options, const runtime::Clock& clock, std::function<double()> chance);

  // Every granted permit must be reported, or a probe would be waited for without end.
  Permit ask();
  // Whether it changed between letting calls through and not.
  bool report(const Permit& permit, Verdict verdict);
  bool is_closed() const noexcept { return state_ == State::Closed; }

 private:
  enum class State { Closed, Open, HalfOpen };
  void open();

  const BreakerOptions options_;
  const runtime::Clock& clock_;
  const std::function<double()> chance_;
  State state_ = State::Closed;
  int failures_ = 0;
  std::int64_t next_open_ms_;
  std::int64_t until_ms_ = 0;
  std::uint64_t turn_ = 0;  // counts changes of state
};

}  // namespace gateway::net
