#include "connection.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>

namespace gateway::postgres {

namespace {

std::string_view field_of(const Rows& rows, int field) {
  const char* text = PQresultErrorField(rows.get(), field);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

// libpq's text, in one line. It names host, port, user and database, and what the server said to that.
Failure connect_failure(PGconn* connection) {
  std::string text = PQerrorMessage(connection);
  for (char& c : text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  text.resize(text.find_last_not_of(' ') + 1);
  // PgBouncer's answer to the start-up options, which PostgreSQL itself takes.
  if (text.find("unsupported startup parameter") != std::string::npos) text += kPoolerHint;
  Failure failure;
  failure.error = unavailable("connecting to the database: " + text, kRetryAfterMs);
  failure.nothing_sent = true;
  return failure;
}

}  // namespace

Result<std::unique_ptr<Connection>, Failure> Connection::open(const ConnectionSettings& settings,
                                                              const Deadline& deadline, int wake_fd) {
  const auto parameters = settings.libpq_parameters();
  if (!parameters) return Failure{parameters.error(), {}, {}, true};
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : *parameters) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  std::unique_ptr<Connection> opened(new Connection(PQconnectStartParams(names.data(), values.data(), 0),
                                                    settings.target.prepared_statements));
  PGconn* raw = opened->connection_.get();
  if (raw == nullptr || PQstatus(raw) == CONNECTION_BAD) return connect_failure(raw);
  // What a server says without being asked (notices of migrations) has no place on this process's stderr.
  PQsetNoticeProcessor(
      raw, [](void*, const char*) {}, nullptr);
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED) return connect_failure(raw);
    switch (opened->wait_for(next == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline, wake_fd)) {
      case Wait::Ready:
        break;
      case Wait::Passed:
        return Failure{unavailable("connecting to the database took too long", kRetryAfterMs), {}, {}, true};
      case Wait::Woken:
        return Failure{unavailable("the storage is being stopped"), {}, {}, true};
      case Wait::Broken:
        return connect_failure(raw);
    }
    next = PQconnectPoll(raw);
  }
  if (PQsetnonblocking(raw, 1) != 0) return connect_failure(raw);
  return opened;
}

Connection::~Connection() = default;

Connection::Wait Connection::wait_for(short events, const Deadline& deadline, int wake_fd) const {
  std::array<::pollfd, 2> waiting{{{PQsocket(connection_.get()), events, 0}, {wake_fd, POLLIN, 0}}};
  if (waiting[0].fd < 0) return Wait::Broken;
  for (;;) {
    const int ready = ::poll(waiting.data(), waiting.size(), deadline.left_ms());
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return Wait::Broken;
    if (waiting[0].revents != 0) return Wait::Ready;  // an error shows in what libpq does next
    if (waiting[1].revents != 0) return Wait::Woken;
    if (deadline.passed()) return Wait::Passed;
  }
}

Result<Rows, Failure> Connection::run(const Statement& statement, const Parameters& parameters,
                                      const Deadline& deadline) {
  if (auto failed = prepare(statement, deadline)) return *std::move(failed);
  if (!send({statement, parameters})) return lost(statement.name, true);
  return last_result(statement.name, deadline);
}

Result<std::vector<Rows>, Failure> Connection::run_together(const std::vector<Query>& queries,
                                                            const Deadline& deadline) {
  const std::string& name = queries.front().statement.name;
  for (const Query& query : queries) {
    if (auto failed = prepare(query.statement, deadline)) return *std::move(failed);
  }
  if (PQenterPipelineMode(connection_.get()) != 1) return lost(name, true);
  for (const Query& query : queries) {
    if (!send(query)) return lost(name, true);
  }
  if (PQpipelineSync(connection_.get()) != 1) return lost(name, true);

  std::vector<Rows> all;
  std::optional<Failure> failure;
  for (bool synced = false; !synced;) {
    auto result = next_result(name, deadline);
    if (!result) return std::move(result).error();
    if (*result == nullptr) continue;  // the end of one statement
    Rows rows(*result);
    const ExecStatusType status = PQresultStatus(rows.get());
    synced = status == PGRES_PIPELINE_SYNC;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      all.push_back(std::move(rows));
    } else if (!synced && status != PGRES_PIPELINE_ABORTED && !failure) {
      failure = failure_of(name, rows);
    }
  }
  if (PQexitPipelineMode(connection_.get()) != 1) usable_ = false;
  running_ = false;
  if (failure) return *std::move(failure);
  if (all.size() != queries.size()) return lost(name, false);
  return all;
}

Result<Rows, Failure> Connection::run_script(const std::string& name, const std::string& sql,
                                             const Deadline& deadline) {
  if (PQsendQuery(connection_.get(), sql.c_str()) != 1) return lost(name, true);
  running_ = true;
  return last_result(name, deadline);
}

std::optional<Failure> Connection::prepare(const Statement& statement, const Deadline& deadline) {
  if (!prepares_ || prepared_.count(&statement) != 0) return std::nullopt;
  if (PQsendPrepare(connection_.get(), statement.name.c_str(), statement.sql.c_str(), 0, nullptr) != 1)
    return lost(statement.name, true);
  running_ = true;
  auto prepared = last_result(statement.name, deadline);
  if (!prepared) {
    // The statement itself has not been sent; a text that the server refuses will be refused again.
    if (prepared.error().sqlstate.empty() && !usable_ && !running_) prepared.error().nothing_sent = true;
    return std::move(prepared).error();
  }
  prepared_.insert(&statement);
  return std::nullopt;
}

bool Connection::send(const Query& query) {
  const std::vector<const char*> values = query.parameters.pointers();
  const int count = static_cast<int>(values.size());
  const Statement& statement = query.statement;
  const int sent = prepares_ ? PQsendQueryPrepared(connection_.get(), statement.name.c_str(), count,
                                                   values.data(), nullptr, nullptr, 0)
                             : PQsendQueryParams(connection_.get(), statement.sql.c_str(), count, nullptr,
                                                 values.data(), nullptr, nullptr, 0);
  running_ = sent == 1;
  return sent == 1;
}

Result<PGresult*, Failure> Connection::next_result(const std::string& name, const Deadline& deadline) {
  PGconn* raw = connection_.get();
  for (;;) {
    const int unsent = PQflush(raw);
    if (unsent < 0) return lost(name, false);
    if (unsent == 0 && PQisBusy(raw) == 0) return PQgetResult(raw);
    const auto events = static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN);
    const Wait waited = wait_for(events, deadline, -1);
    if (waited == Wait::Passed) {
      usable_ = false;
      return overran(name);
    }
    if (waited == Wait::Broken || PQconsumeInput(raw) != 1) return lost(name, false);
  }
}

Result<Rows, Failure> Connection::last_result(const std::string& name, const Deadline& deadline) {
  std::optional<Rows> last;
  std::optional<Failure> failure;
  for (;;) {
    auto result = next_result(name, deadline);
    // What the server said before it hung up (57P01) says more than that it did.
    if (!result) return failure ? *std::move(failure) : std::move(result).error();
    if (*result == nullptr) break;
    last.emplace(*result);
    const ExecStatusType status = PQresultStatus(last->get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && !failure)
      failure = failure_of(name, *last);
  }
  running_ = false;
  if (PQstatus(connection_.get()) != CONNECTION_OK) usable_ = false;
  if (failure) return *std::move(failure);
  if (!last) return lost(name, false);
  return *std::move(last);
}

Failure Connection::failure_of(const std::string& name, const Rows& rows) {
  const std::string_view sqlstate = field_of(rows, PG_DIAG_SQLSTATE);
  if (sqlstate.empty()) return lost(name, false);
  if (PQstatus(connection_.get()) != CONNECTION_OK || sqlstate.substr(0, 2) == "57") {
    if (sqlstate != "57014") usable_ = false;
  }
  if (sqlstate == "25006" || sqlstate == "26000" || sqlstate == "42P05") usable_ = false;
  return server_failure(name, sqlstate, field_of(rows, PG_DIAG_CONSTRAINT_NAME));
}

Failure Connection::lost(const std::string& name, bool nothing_sent) {
  usable_ = false;
  running_ = false;
  return connection_lost(name, nothing_sent);
}

bool Connection::is_quiet() {
  // What comes unasked is the server's farewell, or a setting's new value; the second is rare enough to be
  // taken for the first, whose end of the stream may still be on its way.
  if (usable_ && wait_for(POLLIN, Deadline::in_ms(0), -1) != Wait::Passed) usable_ = false;
  return usable_;
}

int Connection::backend_pid() const {
  return PQbackendPID(connection_.get());
}

bool Connection::backend_is_there() {
  return PQconsumeInput(connection_.get()) == 1 && PQstatus(connection_.get()) == CONNECTION_OK;
}

bool Connection::wait_for_notification(const Deadline& deadline, int wake_fd) {
  PGconn* raw = connection_.get();
  for (;;) {
    bool notified = false;
    while (PGnotify* notification = PQnotifies(raw)) {
      PQfreemem(notification);
      notified = true;
    }
    if (notified) return true;
    const Wait waited = wait_for(POLLIN, deadline, wake_fd);
    if (waited == Wait::Passed || waited == Wait::Woken) return false;
    if (waited == Wait::Broken || PQconsumeInput(raw) != 1 || PQstatus(raw) != CONNECTION_OK) {
      usable_ = false;
      return false;
    }
  }
}

}  // namespace gateway::postgres
