#include "core/net/waiting.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace gateway::net {

Deadline Deadline::within(std::int64_t ms) const noexcept {
  return {*clock_, std::min(at_ms_, clock_->monotonic_ms() + ms)};
}

StopSignal::StopSignal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

StopSignal::~StopSignal() {
  ::close(descriptor_);
}

void StopSignal::stop() noexcept {
  ::eventfd_write(descriptor_, 1);  // nobody reads it: from here on it is always ready
}

Waited wait_for(int fd, short events, const Deadline& deadline, const StopSignal& stop) noexcept {
  constexpr std::int64_t kLongestMs = 60'000;  // of one poll(2), whose unit is an int
  std::array<pollfd, 2> waiting{{{stop.descriptor(), POLLIN, 0}, {fd, events, 0}}};
  for (;;) {
    const std::int64_t left_ms = deadline.left_ms();
    const int ready = ::poll(waiting.data(), waiting.size(),
                             static_cast<int>(std::clamp<std::int64_t>(left_ms, 0, kLongestMs)));
    if (waiting[0].revents != 0) return Waited::Stopped;
    if (ready > 0) return Waited::Ready;
    if (ready == 0 && deadline.passed()) return Waited::TimedOut;
    if (ready < 0 && errno != EINTR) return Waited::TimedOut;
  }
}

}  // namespace gateway::net
