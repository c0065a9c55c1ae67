// PgBouncer: a real one in transaction mode before a PostgresServer, on a free loopback port, with TLS to
// both sides and few server connections, so that transactions of one client meet several of them. Thread
// safety: from one thread. Ownership: ended by its own process id; the server must outlive it. Errors:
// std::runtime_error.
#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

#include "tests/support/postgres_server.hpp"

namespace gateway::testing {

class PgBouncer {
 public:
  explicit PgBouncer(const PostgresServer& server);
  ~PgBouncer();
  PgBouncer(const PgBouncer&) = delete;
  PgBouncer& operator=(const PgBouncer&) = delete;

  // As PostgresServer's, through the pooler, with PgBouncer=true.
  std::string connection_string(const std::string& role, const std::string& database = "identity") const;

 private:
  const PostgresServer& server_;
  std::uint16_t port_ = 0;
  ::pid_t pid_ = -1;
};

}  // namespace gateway::testing
