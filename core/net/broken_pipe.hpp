// BrokenPipeGuard: SIGPIPE does not reach this thread while it lives. OpenSSL writes without MSG_NOSIGNAL,
// and a room cannot rely on the process ignoring the signal. Thread safety: of one thread, nested or not.
#pragma once

#include <csignal>

namespace gateway::net {

class BrokenPipeGuard {
 public:
  BrokenPipeGuard() noexcept;
  ~BrokenPipeGuard();
  BrokenPipeGuard(const BrokenPipeGuard&) = delete;
  BrokenPipeGuard& operator=(const BrokenPipeGuard&) = delete;

 private:
  sigset_t before_{};
  bool was_pending_ = false;
};

}  // namespace gateway::net
