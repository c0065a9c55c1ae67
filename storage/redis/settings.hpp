// Settings: which Redis, how to reach it, and how much of it to use, read from the plugin's section.
//
// Thread safety: immutable after from(). Errors: from() throws ConfigError with every fault; texts name keys,
// never a value. password() reads the password file each time: one that was changed there is used by the next
// connection, without a restart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gateway/config.hpp>

#include "connection_string.hpp"

namespace gateway::redis {

struct Settings {
  ConnectionString target;
  std::string root_certificate;  // PEM; empty: the system's
  std::string password_file;     // empty: the connection string's password
  std::string key_prefix;
  std::size_t max_connections = 8;
  std::int64_t connect_timeout_ms = 5'000;
  std::int64_t timeout_ms = 1'000;       // of one operation, where its deadline is later
  std::int64_t lifetime_ms = 1'800'000;  // of a connection; 0: for ever

  static Settings from(const PluginConfig& config);

  Result<Secret> password() const;
  // What an operator should know about these settings, once, loudly.
  std::vector<std::string> warnings() const;

 private:
  // What the section says and the connection string contradicts.
  void check_beside(ConfigFaults& faults) const;
};

}  // namespace gateway::redis
