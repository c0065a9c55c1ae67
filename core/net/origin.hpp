// Origin: what is kept for one scheme://host:port: its idle connections, its breaker, and how many calls are
// under way. Thread safety: all members from any thread. Ownership: owns its connections; refers to its
// metrics and the clock. Units: milliseconds, monotonic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/net/circuit_breaker.hpp"
#include "core/net/connection.hpp"
#include "core/net/outbound_metrics.hpp"

namespace gateway::net {

struct OriginOptions {
  std::size_t max_calls = 64;
  std::size_t max_idle = 16;
  // Shorter than servers usually keep an idle connection, so that ours is seldom the one that meets its end.
  std::int64_t idle_limit_ms = 30'000;
  BreakerOptions breaker;
};

class Origin {
 public:
  Origin(std::string name, const OriginOptions& options, const runtime::Clock& clock,
         std::function<double()> chance, HostMetrics& metrics);
  ~Origin();
  Origin(const Origin&) = delete;
  Origin& operator=(const Origin&) = delete;

  const std::string& name() const noexcept { return name_; }
  HostMetrics& metrics() noexcept { return metrics_; }

  // A place among max_calls, given back when it is destroyed.
  class Place {
   public:
    explicit Place(Origin& origin) : origin_(origin), granted_(origin.enter()) {}
    ~Place() {
      if (granted_) origin_.leave();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    bool granted() const noexcept { return granted_; }

   private:
    Origin& origin_;
    const bool granted_;
  };

  CircuitBreaker::Permit ask();
  // Whether the breaker opened or closed by it, and is closed now.
  enum class Change { None, Opened, Closed };
  Change report(const CircuitBreaker::Permit& permit, Verdict verdict);

  // An idle connection that is neither old nor ended; nullptr: there is none.
  std::unique_ptr<Connection> take_idle();
  void give_back(std::unique_ptr<Connection> connection);
  // Ends the idle connections that are older than `age_ms`.
  void drop_idle(std::int64_t age_ms);
  // Nothing would be lost with it.
  bool is_unused() const;

 private:
  bool enter();
  void leave();

  const std::string name_;
  const OriginOptions options_;
  const runtime::Clock& clock_;
  HostMetrics& metrics_;
  mutable std::mutex mutex_;
  CircuitBreaker breaker_;  // guarded by mutex_, as all below
  std::size_t calls_ = 0;
  std::vector<std::unique_ptr<Connection>> idle_;  // the oldest first
};

}  // namespace gateway::net
