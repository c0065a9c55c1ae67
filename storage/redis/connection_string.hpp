// ConnectionString: where a Redis is and who asks it, read from either documented form:
//   rediss://user:password@host:6379/0      TLS; redis:// is in clear text
//   host:6379,password=…,user=…,ssl=True,abortConnect=False,defaultDatabase=0,connectTimeout=5000,sslHost=…
//
// The first escapes with %; user, password, port and database may be left out. The second is the one of
// StackExchange.Redis: names compare without case, several hosts may stand in it, and what means nothing here
// is passed over with a warning, since such a string is often shared with other programs. What would change
// who is spoken to (Sentinel: serviceName; a proxy or a tunnel) is refused. Thread safety: plain values, a
// pure function. Errors: everything that is wrong at once; texts name options that are known, never a value
// and never a name that is not known, which may be the rest of a password with a ',' in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/config_fault.hpp>
#include <gateway/secret.hpp>

namespace gateway::redis {

struct Endpoint {
  std::string host;  // a name or an address, IPv6 without brackets
  std::uint16_t port = 6379;
  bool operator==(const Endpoint&) const = default;
};

struct ConnectionString {
  std::vector<Endpoint> endpoints;  // at least one
  std::string user;                 // empty: Redis's `default`
  Secret password;
  bool tls = false;
  std::string tls_host;  // whom the certificate has to name; empty: the endpoint's host
  int database = 0;
  std::optional<std::int64_t> connect_timeout_ms;
  std::vector<std::string> warnings;
};

// nullopt: it cannot be used, and `faults` says why, each under `key`, the key of the configuration.
std::optional<ConnectionString> read_connection_string(std::string_view text, std::string_view key,
                                                       ConfigFaults& faults);

}  // namespace gateway::redis
