// RevocationFeed: answers revocations.wait. A connection of its own listens (LISTEN) and wakes who waits as
// soon as somebody's transaction has written a revocation; where it cannot listen (a pooler in transaction
// mode, a connection that was lost) the table is asked every second.
//
// The cursor is the server's time and the snapshot of the last look (pg_current_snapshot); the next look asks
// for rows whose transactions were not visible in it. Numbers of a sequence would not do: they become visible
// out of order. Life: start(), wait()…, stop(), which ends waits that are under way. Thread safety: full; one
// caller at a time listens, further ones ask every second. Errors: Invalid for a cursor that is none; what
// the database says otherwise.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include <gateway/store/revocations.hpp>

#include "database.hpp"

namespace gateway::postgres {

class RevocationFeed {
 public:
  RevocationFeed(const Host& host, const ConnectionSettings& settings, Database& database)
      : host_(host), settings_(settings), database_(database) {}

  Result<store::Revocations> wait(const store::WaitRevocations& request, const Deadline& deadline);
  void stop() noexcept;

 private:
  // Whether listener_ listens; opens it where that has not been tried lately. By the holder of listening_.
  bool listens(const Deadline& deadline);
  // Until something may have happened. The lock is held where `listening` owns it.
  void pause(bool is_listening, const Deadline& deadline);

  const Host& host_;
  const ConnectionSettings& settings_;
  Database& database_;
  WakeEvent stop_event_;
  std::atomic<bool> stopping_{false};
  std::mutex listening_;
  std::unique_ptr<Connection> listener_;        // guarded by listening_
  Deadline::Clock::time_point next_attempt_{};  // guarded by listening_
};

}  // namespace gateway::postgres
