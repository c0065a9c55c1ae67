// Failure: why a statement did not do its work, and the Error that it becomes. Details name the statement,
// the SQLSTATE and the constraint, never SQL, parameters or the server's text, which may quote values. Thread
// safety: plain values, pure functions. PostgreSQL manual, appendix A.
#pragma once

#include <string>
#include <string_view>

#include <gateway/result.hpp>

namespace gateway::postgres {

struct Failure {
  Error error;
  std::string sqlstate;    // empty: the server has said nothing
  std::string constraint;  // of a violation
  bool nothing_sent = false;

  bool is_unique_violation() const noexcept { return sqlstate == "23505"; }
  // Doing it again can do no harm: it has surely done nothing, and may succeed.
  bool may_retry() const noexcept { return nothing_sent || sqlstate == "40001" || sqlstate == "40P01"; }
  // The server takes no writes: it is a standby, or has become one.
  bool is_read_only() const noexcept { return sqlstate == "25006"; }
};

inline constexpr std::int64_t kRetryAfterMs = 1000;
inline constexpr const char* kPoolerHint =
    "; a pooler in transaction mode in between needs PgBouncer=true in the connection string";

// What the server answered to `statement`.
Failure server_failure(std::string_view statement, std::string_view sqlstate, std::string_view constraint);
// The connection ended, or could not be used, in the middle of it.
Failure connection_lost(std::string_view statement, bool nothing_sent);
Failure overran(std::string_view statement);

}  // namespace gateway::postgres
