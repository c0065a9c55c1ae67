// Failure: why a command did not do its work, and the Error that it becomes. Details name the operation and
// the server's error code (its first word), never keys, arguments or the rest of its text. Thread safety:
// plain values, pure functions. Source: Redis manual, "Redis serialization protocol specification", errors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <gateway/result.hpp>

namespace gateway::redis {

inline constexpr std::int64_t kRetryAfterMs = 1000;

struct Failure {
  Error error;
  std::string code;           // "READONLY", "OOM", …; empty: the server has said nothing
  bool nothing_sent = false;  // it has surely had no effect

  // The server takes no writes, or is not the one to ask: what leads to it leads to the wrong one.
  bool is_wrong_server() const noexcept;
};

// What the server answered to an operation: `text` begins with a code.
Failure server_failure(std::string_view operation, std::string_view text);
// The connection ended, or could not be used, in the middle of it.
Failure connection_lost(std::string_view operation, bool nothing_sent);
Failure overran(std::string_view operation);
// It never came to be.
Failure not_connected(std::string detail);

}  // namespace gateway::redis
