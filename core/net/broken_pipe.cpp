#include "core/net/broken_pipe.hpp"

#include <ctime>

#include <pthread.h>

namespace gateway::net {

namespace {
sigset_t only_broken_pipe() noexcept {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGPIPE);
  return set;
}
}  // namespace

BrokenPipeGuard::BrokenPipeGuard() noexcept {
  sigset_t pending;
  ::sigpending(&pending);
  was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
  const sigset_t blocked = only_broken_pipe();
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
}

BrokenPipeGuard::~BrokenPipeGuard() {
  // Ours, if one came: it would be delivered as soon as it is no longer blocked.
  if (!was_pending_) {
    const sigset_t ours = only_broken_pipe();
    const timespec at_once{0, 0};
    ::sigtimedwait(&ours, nullptr, &at_once);
  }
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace gateway::net
