// ConnectionSettings: which database, how to reach it, and how many connections to keep, read from the
// plugin's configuration. The connection string is the documented one
// (gateway/toolkit/connection_string.hpp).
//
// Thread safety: immutable after from(). Errors: from() throws ConfigError; the text names keys, never a
// value. libpq_parameters() reads the password file each time: a password that was changed there is used by
// the next connection, without a restart.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <gateway/config.hpp>
#include <gateway/toolkit/connection_string.hpp>

namespace gateway::postgres {

struct ConnectionSettings {
  toolkit::ConnectionString target;
  std::size_t max_connections = 20;
  std::int64_t connect_timeout_ms = 15'000;
  std::int64_t lifetime_ms = 1'800'000;        // of a connection; 0: for ever
  std::int64_t statement_timeout_ms = 30'000;  // the server's own limit; a call's deadline is usually sooner
  std::int64_t audit_retention_days = 400;     // 0: for ever

  static ConnectionSettings from(const PluginConfig& config);

  // Whether a session's state (prepared statements, LISTEN, settings) stays with this connection.
  bool keeps_session() const noexcept { return !target.pgbouncer; }

  using Parameters = std::vector<std::pair<std::string, std::string>>;
  // Names and values for PQconnectStartParams. Everything that libpq would otherwise take from its own
  // environment variables and that matters for who is spoken to is among them. Holds the password.
  Result<Parameters> libpq_parameters() const;

  // What an operator should know about these settings, once, loudly.
  std::vector<std::string> warnings() const;
};

}  // namespace gateway::postgres
