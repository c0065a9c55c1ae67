#include "core/net/circuit_breaker.hpp"

#include <algorithm>
#include <utility>

namespace gateway::net {

CircuitBreaker::CircuitBreaker(const BreakerOptions& options, const runtime::Clock& clock,
                               std::function<double()> chance)
    : options_(options), clock_(clock), chance_(std::move(chance)), next_open_ms_(options.first_open_ms) {}

CircuitBreaker::Permit CircuitBreaker::ask() {
  if (state_ == State::Closed) return {true, 0, turn_};
  if (state_ == State::HalfOpen) return {false, options_.first_open_ms, turn_};
  const std::int64_t left_ms = until_ms_ - clock_.monotonic_ms();
  if (left_ms > 0) return {false, left_ms, turn_};
  state_ = State::HalfOpen;
  return {true, 0, ++turn_};
}

bool CircuitBreaker::report(const Permit& permit, Verdict verdict) {
  if (permit.turn != turn_ || !permit.granted) return false;
  if (state_ == State::HalfOpen) {
    switch (verdict) {
      case Verdict::Success:
        state_ = State::Closed;
        failures_ = 0;
        next_open_ms_ = options_.first_open_ms;
        ++turn_;
        return true;
      case Verdict::Failure:
        open();
        return false;
      case Verdict::Unknown:
        state_ = State::Open;  // its time is over: the next call is the probe
        ++turn_;
        return false;
    }
  }
  if (verdict == Verdict::Success) failures_ = 0;
  if (verdict != Verdict::Failure || ++failures_ < options_.failures_to_open) return false;
  open();
  return true;
}

void CircuitBreaker::open() {
  const auto spread_ms =
      static_cast<std::int64_t>(static_cast<double>(next_open_ms_) * (chance_() - 0.5) / 2);
  const std::int64_t open_ms =
      std::clamp(next_open_ms_ + spread_ms, options_.first_open_ms, options_.max_open_ms);
  next_open_ms_ = std::min(next_open_ms_ * 2, options_.max_open_ms);
  until_ms_ = clock_.monotonic_ms() + open_ms;
  state_ = State::Open;
  ++turn_;
}

}  // namespace gateway::net
