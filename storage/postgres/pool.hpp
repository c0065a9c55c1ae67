// Pool: a bounded number of connections, opened by a thread of its own when somebody waits for one, so that
// no call ever waits for a name server or a handshake beyond its deadline.
//
// A connection whose statement overran its call's deadline is not handed out again: the statement is
// cancelled through another connection (pg_cancel_backend: PQcancel would block, and is not encrypted), then
// both ends close. After a failed attempt to connect the next one waits, longer each time up to a second,
// with jitter; meanwhile acquire() fails at once where there is no connection at all. A connection that has
// reached its age (Connection Lifetime) is closed when it comes back, or when it would be handed out. Life:
// construct, start(), stop(). Thread safety: full. Ownership: owns the connections; a Lease must end before
// the pool. Errors: Unavailable when the database cannot be reached, or not in time; Overloaded when every
// connection was in use.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <gateway/host.hpp>
#include <gateway/toolkit/wake_event.hpp>

#include "connection.hpp"

namespace gateway::postgres {

using toolkit::WakeEvent;

class Pool {
 public:
  // A connection, lent. Gives it back when it ends.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection, std::uint64_t epoch)
        : pool_(&pool), connection_(std::move(connection)), epoch_(epoch) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_ != nullptr) pool_->give_back(std::move(connection_), epoch_);
    }
    Connection& operator*() const noexcept { return *connection_; }
    Connection* operator->() const noexcept { return connection_.get(); }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
    std::uint64_t epoch_;
  };

  Pool(const Host& host, const ConnectionSettings& settings) : host_(host), settings_(settings) {}
  ~Pool() { stop(); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void start();
  void stop() noexcept;

  Result<Lease> acquire(const Deadline& deadline);
  // None of the connections there are now is used again: they lead to a server that is not the right one.
  void drop_all();

  // Now open, lent ones included. For tests and diagnosis.
  std::size_t open_connections() const;

 private:
  friend class Lease;
  using Clock = Deadline::Clock;
  using Guard = std::unique_lock<std::mutex>;

  void give_back(std::unique_ptr<Connection> connection, std::uint64_t epoch) noexcept;
  std::unique_ptr<Connection> take_idle(Guard& guard);
  void run();
  bool is_wanted() const;
  void connect(Guard& guard);
  void cancel_overrun(Guard& guard);
  std::int64_t next_pause_ms();
  std::int64_t end_of_life_ms() const;
  bool is_worn_out(const Connection& connection) const;

  const Host& host_;
  const ConnectionSettings& settings_;
  WakeEvent stop_event_;
  std::thread thread_;

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable freed_;
  std::condition_variable work_;
  std::vector<std::unique_ptr<Connection>> idle_;     // the last one back is the first one out
  std::vector<std::unique_ptr<Connection>> overrun_;  // to be cancelled and closed
  std::size_t open_ = 0;                              // in idle_, lent, or in overrun_
  bool connecting_ = false;
  std::size_t waiting_ = 0;
  std::uint64_t epoch_ = 0;
  std::uint64_t failures_ = 0;  // ever
  int failures_in_a_row_ = 0;
  Clock::time_point next_attempt_{};
  std::optional<Error> last_failure_;
  bool stopping_ = true;
};

}  // namespace gateway::postgres
