#include "errors.hpp"

#include <array>
#include <utility>

namespace gateway::postgres {

namespace {

using Entry = std::pair<std::string_view, ErrorKind>;

// By SQLSTATE or by its class; the first that fits decides.
constexpr std::array kKinds{
    Entry{"57014", ErrorKind::DeadlineExceeded},  // query_canceled: by us, or statement_timeout
    Entry{"25P03", ErrorKind::DeadlineExceeded},  // idle_in_transaction_session_timeout
    Entry{"55P03", ErrorKind::Overloaded},        // lock_not_available
    Entry{"40", ErrorKind::Overloaded},           // deadlock, serialization failure: after the last retry
    Entry{"08", ErrorKind::Unavailable},          // connection
    Entry{"25006", ErrorKind::Unavailable},       // read_only_sql_transaction
    Entry{"28", ErrorKind::Unavailable},          // authorization
    Entry{"53", ErrorKind::Unavailable},          // resources: disk full, too many connections
    Entry{"57", ErrorKind::Unavailable},          // operator: shutdown, crash, starting up
    Entry{"58", ErrorKind::Unavailable},          // system: I/O
    Entry{"22", ErrorKind::Invalid},              // data
    Entry{"23", ErrorKind::Invalid},              // constraints
};

ErrorKind kind_of(std::string_view sqlstate) {
  for (const auto& [code, kind] : kKinds) {
    if (sqlstate.substr(0, code.size()) == code) return kind;
  }
  return ErrorKind::Internal;
}

std::string about(std::string_view statement, std::string_view what) {
  return std::string(statement).append(": ").append(what);
}

}  // namespace

Failure server_failure(std::string_view statement, std::string_view sqlstate, std::string_view constraint) {
  Failure failure;
  failure.sqlstate = sqlstate;
  failure.constraint = constraint;
  const ErrorKind kind = kind_of(sqlstate);
  std::string text = about(statement, "the database answered SQLSTATE ") + failure.sqlstate;
  if (!constraint.empty()) text.append(" (").append(constraint).append(")");
  if (sqlstate == "26000" || sqlstate == "42P05") text += kPoolerHint;
  const bool passes = kind == ErrorKind::Unavailable || kind == ErrorKind::Overloaded;
  failure.error = {kind, std::move(text), passes ? kRetryAfterMs : 0};
  return failure;
}

Failure connection_lost(std::string_view statement, bool nothing_sent) {
  Failure failure;
  failure.error = unavailable(about(statement, "the connection to the database was lost"), kRetryAfterMs);
  failure.nothing_sent = nothing_sent;
  return failure;
}

Failure overran(std::string_view statement) {
  Failure failure;
  failure.error = {ErrorKind::DeadlineExceeded, about(statement, "the database did not answer in time"), 0};
  return failure;
}

}  // namespace gateway::postgres
