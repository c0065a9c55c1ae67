// NginxProcess: an nginx with a configuration of the test's, on a free loopback port, ended with the object.
// The listening socket is made here and handed over (nginx takes inherited sockets from the variable NGINX),
// so a client may connect at once: who is early waits in the socket's queue. Thread safety: from one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <sys/types.h>

namespace gateway::testing {

class NginxProcess {
 public:
  NginxProcess();
  ~NginxProcess();
  NginxProcess(const NginxProcess&) = delete;
  NginxProcess& operator=(const NginxProcess&) = delete;

  // Where it will listen, from construction on.
  std::uint16_t port() const noexcept { return port_; }
  // False: it could not be started. A configuration that nginx refuses shows as connections that close; log()
  // says why.
  bool start(const std::string& configuration);
  void stop();
  std::string log() const;

 private:
  std::filesystem::path folder_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  ::pid_t pid_ = -1;
};

}  // namespace gateway::testing
