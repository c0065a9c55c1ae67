// PostgresServer: a PostgreSQL 15 of the test's own, as a managed one is met: TLS with a certificate made for
// it, SCRAM passwords, TCP only, on a free loopback port, in a temporary folder that goes with the object.
//
// Three roles, each with a password: the administrator (kAdmin), who owns the database `identity`'s server;
// the owner of the database, who migrates; and the service, who may connect and nothing else until somebody
// grants it more. initdb refuses to run as root: then all of it runs as the account `postgres` of the Debian
// package. Thread safety: from one thread. Ownership: ends the server by its own process id. Errors: the
// constructor throws std::runtime_error with the end of the server's log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace gateway::testing {

class PostgresServer {
 public:
  static constexpr const char* kAdmin = "identity_admin";
  static constexpr const char* kOwner = "identity_owner";
  static constexpr const char* kService = "identity_service";

  // `settings`: further lines of postgresql.conf. `data`: an empty folder for the database's files, should
  // they not lie in the server's own. `wal`: the same for its write-ahead log, which is then written in
  // segments of a megabyte. Both are left behind as the server leaves them.
  explicit PostgresServer(const std::string& settings = "", const std::filesystem::path& data = {},
                          const std::filesystem::path& wal = {});
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  // Of the role; each has one of its own.
  static std::string password_of(const std::string& role) { return "only for " + role; }
  std::string certificate() const { return (folder_ / "server.crt").string(); }
  const std::filesystem::path& folder() const noexcept { return folder_; }

  // The documented form, verifying the server. `more`: further keys, "Key=value;…".
  std::string connection_string(const std::string& role, const std::string& database = "identity",
                                const std::string& more = "") const;
  // The plugin's section with that connection string.
  std::string section(const std::string& connection_string) const;
  // A new, empty database that belongs to kOwner.
  void create_database(const std::string& name);
  // A child in the server's folder and under its account, for what belongs to it; ends with the test at the
  // latest.
  ::pid_t spawn(const std::vector<std::string>& command) const;
  // Runs SQL with psql; the answer without headers. Throws what psql says.
  std::string sql(const std::string& role, const std::string& text,
                  const std::string& database = "identity") const;

  void start();
  // Whether it has ended by itself.
  bool has_ended();
  // Fast shutdown: connections end, what was acknowledged stays.
  void stop();
  // As by a power cut: SIGKILL for the server and every process of its.
  void kill();
  // Standing still (SIGSTOP) and going on: the machine that does not answer.
  void freeze();
  void thaw();
  std::string log_file() const { return (folder_ / "server.log").string(); }
  std::string log() const;

 private:
  int run(const std::vector<std::string>& command, std::string* output = nullptr) const;
  void make(const std::string& settings);
  void end() noexcept;
  bool answers() const;
  std::vector<::pid_t> children() const;
  void signal_all(int signal) const;

  std::filesystem::path folder_;
  std::filesystem::path data_;
  std::filesystem::path wal_;
  std::uint16_t port_ = 0;
  ::pid_t pid_ = -1;
  bool as_other_ = false;  // the test is root, the server is not
};

}  // namespace gateway::testing
