#include "core/server/inbox.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

#include "core/server/server_exchange.hpp"

namespace gateway::server {

Inbox::Inbox() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Inbox::~Inbox() {
  ::close(fd_);
}

void Inbox::post(std::shared_ptr<ServerExchange> exchange) {
  const std::lock_guard lock(mutex_);
  if (!closed_) waiting_.push_back(std::move(exchange));
}

void Inbox::notify() noexcept {
  if (!notified_.exchange(true, std::memory_order_acq_rel)) wake();
}

void Inbox::wake() const noexcept {
  const std::uint64_t one = 1;
  // Can only fail when the counter is at its end, and then the descriptor is readable anyway.
  static_cast<void>(!::write(fd_, &one, sizeof one));
}

void Inbox::take(std::vector<std::shared_ptr<ServerExchange>>& out) {
  // Read before taking, and open to notices again before taking: of a message posted in between, the notice
  // makes the descriptor readable again, so no wake-up is lost.
  std::uint64_t count = 0;
  static_cast<void>(!::read(fd_, &count, sizeof count));
  const std::lock_guard lock(mutex_);
  notified_.store(false, std::memory_order_release);
  out.swap(waiting_);
}

void Inbox::close() noexcept {
  std::vector<std::shared_ptr<ServerExchange>> dropped;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(waiting_);
}

}  // namespace gateway::server
