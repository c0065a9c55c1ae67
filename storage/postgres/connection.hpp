// Connection: one libpq connection, used without ever blocking beyond a deadline: everything is sent and
// received in libpq's asynchronous mode, waiting in poll.
//
// Thread safety: one thread at a time. Ownership: owns the PGconn and closes it. Errors: Failure; after one
// that leaves the connection in an unknown state, usable() is false and nothing more can be asked of it.
// Several statements that are run together are one transaction in one round trip (pipeline mode, PostgreSQL
// manual 34.5), each with a snapshot of its own.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include <gateway/toolkit/deadline.hpp>

#include "connection_settings.hpp"
#include "errors.hpp"
#include "statement.hpp"

namespace gateway::postgres {

using toolkit::Deadline;

struct Query {
  const Statement& statement;
  const Parameters& parameters;
};

class Connection {
 public:
  // `wake_fd` ends the attempt when it becomes readable; -1: nothing does. Looking up a host's name is the
  // one part that libpq does without a time limit.
  static Result<std::unique_ptr<Connection>, Failure> open(const ConnectionSettings& settings,
                                                           const Deadline& deadline, int wake_fd);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<Rows, Failure> run(const Statement& statement, const Parameters& parameters,
                            const Deadline& deadline);
  // All or none. The rows of each, in order.
  Result<std::vector<Rows>, Failure> run_together(const std::vector<Query>& queries,
                                                  const Deadline& deadline);
  // Any number of statements, separated by ';', without parameters: for migrations. Begins and ends a
  // transaction of its own unless the text does.
  Result<Rows, Failure> run_script(const std::string& name, const std::string& sql, const Deadline& deadline);

  // A connection that nobody uses is silent: whether it still is. False: the server has closed it.
  bool is_quiet();
  bool usable() const noexcept { return usable_; }
  // Until when its owner wants to use it, by the owner's clock; this class does not look at it.
  void set_use_until_ms(std::int64_t when) noexcept { use_until_ms_ = when; }
  std::int64_t use_until_ms() const noexcept { return use_until_ms_; }
  // A statement may still be running at the server (the deadline passed).
  bool is_running() const noexcept { return running_; }
  int backend_pid() const;
  // Whether the server has not closed this connection: only then is the process of that number still its own.
  bool backend_is_there();
  // True when a notification came (LISTEN); false when the deadline passed, `wake_fd` became readable, or the
  // connection ended (then usable() is false).
  bool wait_for_notification(const Deadline& deadline, int wake_fd);

 private:
  struct Finish {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
  };
  explicit Connection(PGconn* connection, bool prepares) : connection_(connection), prepares_(prepares) {}

  enum class Wait { Ready, Passed, Woken, Broken };
  Wait wait_for(short events, const Deadline& deadline, int wake_fd) const;

  std::optional<Failure> prepare(const Statement& statement, const Deadline& deadline);
  bool send(const Query& query);
  // Sends what is buffered and reads until a result is complete. The result may be null: the end of one.
  Result<PGresult*, Failure> next_result(const std::string& name, const Deadline& deadline);
  Result<Rows, Failure> last_result(const std::string& name, const Deadline& deadline);
  Failure failure_of(const std::string& name, const Rows& rows);
  Failure lost(const std::string& name, bool nothing_sent);

  std::unique_ptr<PGconn, Finish> connection_;
  std::unordered_set<const Statement*> prepared_;
  std::int64_t use_until_ms_ = std::numeric_limits<std::int64_t>::max();
  bool prepares_;
  bool usable_ = true;
  bool running_ = false;
};

}  // namespace gateway::postgres
