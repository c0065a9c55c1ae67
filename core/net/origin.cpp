#include "core/net/origin.hpp"

#include <algorithm>
#include <utility>

namespace gateway::net {

Origin::Origin(std::string name, const OriginOptions& options, const runtime::Clock& clock,
               std::function<double()> chance, HostMetrics& metrics)
    : name_(std::move(name)),
      options_(options),
      clock_(clock),
      metrics_(metrics),
      breaker_(options.breaker, clock, std::move(chance)) {}

Origin::~Origin() {
  if (!breaker_.is_closed()) metrics_.change_open_breakers(-1);
}

bool Origin::enter() {
  {
    const std::lock_guard lock(mutex_);
    if (calls_ >= options_.max_calls) return false;
    ++calls_;
  }
  metrics_.change_in_flight(1);
  return true;
}

void Origin::leave() {
  {
    const std::lock_guard lock(mutex_);
    --calls_;
  }
  metrics_.change_in_flight(-1);
}

CircuitBreaker::Permit Origin::ask() {
  const std::lock_guard lock(mutex_);
  return breaker_.ask();
}

Origin::Change Origin::report(const CircuitBreaker::Permit& permit, Verdict verdict) {
  const std::lock_guard lock(mutex_);
  if (!breaker_.report(permit, verdict)) return Change::None;
  metrics_.change_open_breakers(breaker_.is_closed() ? -1 : 1);
  return breaker_.is_closed() ? Change::Closed : Change::Opened;
}

std::unique_ptr<Connection> Origin::take_idle() {
  for (;;) {
    std::unique_ptr<Connection> youngest;
    {
      const std::lock_guard lock(mutex_);
      if (idle_.empty()) return nullptr;
      youngest = std::move(idle_.back());
      idle_.pop_back();
    }
    // One that is of no use is ended here, outside the lock.
    const bool is_old = clock_.monotonic_ms() - youngest->idle_since_ms >= options_.idle_limit_ms;
    if (!is_old && !youngest->is_stale()) return youngest;
  }
}

void Origin::give_back(std::unique_ptr<Connection> connection) {
  connection->idle_since_ms = clock_.monotonic_ms();
  std::unique_ptr<Connection> surplus;
  const std::lock_guard lock(mutex_);
  if (idle_.size() >= options_.max_idle) {
    surplus = std::move(idle_.front());
    idle_.erase(idle_.begin());
  }
  idle_.push_back(std::move(connection));
}

void Origin::drop_idle(std::int64_t age_ms) {
  std::vector<std::unique_ptr<Connection>> old;
  const std::int64_t now_ms = clock_.monotonic_ms();
  const std::lock_guard lock(mutex_);
  const auto young = std::find_if(idle_.begin(), idle_.end(), [&](const auto& connection) {
    return now_ms - connection->idle_since_ms < age_ms;
  });
  std::move(idle_.begin(), young, std::back_inserter(old));
  idle_.erase(idle_.begin(), young);
}

bool Origin::is_unused() const {
  const std::lock_guard lock(mutex_);
  return calls_ == 0 && breaker_.is_closed();
}

}  // namespace gateway::net
