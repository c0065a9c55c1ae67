// Inbox: how finished exchanges come back to the I/O thread that owns their connection.
//
// It outlives the I/O thread: whoever still holds an exchange after the server has stopped posts into a
// closed inbox, and nothing happens. Bounded by the requests in flight: an exchange is posted at most once.
// Thread safety: post(), notify() and wake() from any thread; take() and close() on the I/O thread. The
// descriptor is readable when something waits of which notice was given; what was posted without is found by
// the I/O thread's next look.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace gateway::server {

class ServerExchange;

class Inbox {
 public:
  Inbox();  // throws std::system_error when there is no descriptor left: start-up only
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  void post(std::shared_ptr<ServerExchange> exchange);
  void notify() noexcept;      // wakes the I/O thread, unless that was done since it looked last
  void wake() const noexcept;  // makes the descriptor readable without a message; from any thread
  void take(std::vector<std::shared_ptr<ServerExchange>>& out);
  void close() noexcept;

  int fd() const noexcept { return fd_; }

 private:
  const int fd_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<ServerExchange>> waiting_;
  bool closed_ = false;
  std::atomic<bool> notified_{false};
};

}  // namespace gateway::server
