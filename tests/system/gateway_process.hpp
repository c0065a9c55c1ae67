// GatewayProcess: the built program serving on a free loopback port, as a process that a test ends by its id,
// in order or as a crash would.
//
// Thread safety: start(), kill() and stop() from one thread; port() from any while it runs. Ownership: the
// folder is the test's, with appsettings.json in it; the log is kept there over all lives of the process.
// Errors: start() throws std::runtime_error with the end of the log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include <sys/types.h>

namespace gateway::testing {

class GatewayProcess {
 public:
  explicit GatewayProcess(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ~GatewayProcess() { kill(); }
  GatewayProcess(const GatewayProcess&) = delete;
  GatewayProcess& operator=(const GatewayProcess&) = delete;

  // Until it listens.
  void start();
  // SIGKILL: no more of its instructions are run. Done where it does not run.
  void kill();
  // SIGTERM, and its exit status.
  int stop();

  std::uint16_t port() const noexcept { return port_; }
  std::string log() const;

 private:
  std::filesystem::path log_file() const { return folder_ / "log"; }
  // In the log's text from `begin` on; 0: it does not listen yet.
  std::uint16_t port_in_log(std::size_t begin) const;
  int end(int signal);

  std::filesystem::path folder_;
  std::uint16_t port_ = 0;
  ::pid_t pid_ = -1;
};

}  // namespace gateway::testing
