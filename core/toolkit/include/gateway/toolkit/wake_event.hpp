// WakeEvent: a descriptor that poll can wait for beside a socket, readable from set() on. Thread safety:
// full. Ownership: owns the descriptor. Errors: the constructor throws std::system_error.
#pragma once

#include <cerrno>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace gateway::toolkit {

class WakeEvent {
 public:
  WakeEvent() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~WakeEvent() { ::close(fd_); }
  WakeEvent(const WakeEvent&) = delete;
  WakeEvent& operator=(const WakeEvent&) = delete;

  int fd() const noexcept { return fd_; }
  void set() noexcept { (void)::eventfd_write(fd_, 1); }

 private:
  int fd_;
};

}  // namespace gateway::toolkit
