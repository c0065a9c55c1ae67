// RedisServer: a Redis of the test's own, as a managed one is met: TLS alone with a certificate made for it,
// users with passwords (ACL), on a free loopback port, in a temporary folder that goes with the object. The
// administrator is kAdmin; the service, kService, may do what the plugin's README asks for and nothing else.
// Thread safety: from one thread. Ownership: ends the server by its own process id. Errors: the constructor
// throws std::runtime_error with the server's log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace gateway::testing {

class RedisServer {
 public:
  static constexpr const char* kAdmin = "redis_admin";
  static constexpr const char* kService = "gateway";

  // `more`: further options of redis-server, "--maxmemory", "3mb", …
  explicit RedisServer(std::vector<std::string> more = {});
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  ::pid_t pid() const noexcept { return pid_; }
  static std::string password_of(const std::string& user) { return "only-for-" + user; }
  std::string certificate() const { return (folder_ / "server.crt").string(); }
  const std::filesystem::path& folder() const noexcept { return folder_; }

  // rediss://…, for the service.
  std::string uri(const std::string& password = password_of(kService)) const;
  std::string admin_uri() const;  // the same, for the administrator
  // The plugin's section. `more`: further members, ",\"TimeoutMs\":100".
  std::string section(const std::string& connection_string, const std::string& more = "") const;
  std::string section() const { return section(uri()); }

  // Runs a command with redis-cli as the administrator; what it prints, without the last line's end. Throws
  // where redis-cli cannot reach the server.
  std::string cli(const std::vector<std::string>& command) const;

  void start();
  // SIGKILL: all that it knew is gone.
  void kill();
  // Standing still (SIGSTOP) and going on: the machine that does not answer.
  void freeze() const;
  void thaw() const;
  std::string log() const;

 private:
  int run(const std::vector<std::string>& command, std::string& output) const;
  bool answers() const;

  std::filesystem::path folder_;
  std::vector<std::string> more_;
  std::uint16_t port_ = 0;
  ::pid_t pid_ = -1;
};

}  // namespace gateway::testing
