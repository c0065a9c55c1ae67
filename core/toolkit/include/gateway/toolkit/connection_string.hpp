// ConnectionString: where a PostgreSQL database is and how to reach it, read from either documented form:
//   Host=db;Port=5432;Database=identity;Username=app;Password=…;SSL Mode=Require;Root Certificate=/ca.pem
//     Password File=/secrets/db;PgBouncer=true;Prepared Statements=false;Connection Lifetime=1800 may stand
//     there as well
//   postgresql://app:…@db:5432/identity?sslmode=require&sslrootcert=/ca.pem
//
// The first is the ADO.NET form: keys compare without regard to case and blanks (Server, User Id, Uid, User
// Name and Pwd are synonyms), a value may stand in ' or " with the quote doubled inside. The second is
// libpq's URI with one host (PostgreSQL manual, section 34.1.1.2), with password_file, pgbouncer,
// prepared_statements and connection_lifetime as further parameters. A key this reader does not know, or one
// given twice, is an error: an option of a security-relevant string is never silently dropped.
// Thread safety: plain values, pure functions. Errors: everything that is wrong at once; texts name keys,
// never a value, so that no part of a password can be in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gateway/config_fault.hpp>
#include <gateway/secret.hpp>

namespace gateway::toolkit {

constexpr std::size_t kMaxConnectionStringBytes = 8'192;

enum class SslMode { Disable, Prefer, Require, VerifyCa, VerifyFull };

struct ConnectionString {
  std::string host;  // name, address, or the folder of a Unix socket (begins with '/')
  std::uint16_t port = 5'432;
  std::string database;
  std::string username;
  Secret password;
  std::string password_file;  // read at every connecting, so that a password can be changed while serving
  SslMode ssl_mode = SslMode::Prefer;
  std::string root_certificate;          // path of a PEM file; empty: the system's
  std::int64_t timeout_s = 15;           // of connecting
  std::optional<std::int64_t> max_pool;  // Maximum Pool Size
  std::int64_t lifetime_s = 1'800;       // Connection Lifetime: how old a connection may get; 0: any age
  bool pgbouncer = false;                // a pooler in transaction mode stands between
  bool prepared_statements = true;       // never behind such a pooler
};

// nullopt: it cannot be used, and `faults` says why, each under `key`, the key of the configuration.
std::optional<ConnectionString> read_connection_string(std::string_view text, std::string_view key,
                                                       ConfigFaults& faults);

}  // namespace gateway::toolkit
