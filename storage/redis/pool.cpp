#include "pool.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace gateway::redis {

namespace {

constexpr std::int64_t kFirstPauseMs = 50;
constexpr std::int64_t kLongestPauseMs = 1000;

}  // namespace

Result<Done> Pool::start() {
  if (settings_.target.tls) {
    auto tls = TlsContext::create(settings_.root_certificate);
    if (!tls) return tls.error();
    tls_.emplace(*std::move(tls));
  }
  stopping_ = false;
  thread_ = std::thread([this] { run(); });
  return Done{};
}

void Pool::stop() noexcept {
  {
    const Guard guard(mutex_);
    stopping_ = true;
  }
  stop_event_.set();
  work_.notify_all();
  freed_.notify_all();
  if (thread_.joinable()) thread_.join();
  const Guard guard(mutex_);
  open_ -= idle_.size();
  idle_.clear();
}

Result<Pool::Lease> Pool::acquire(const Deadline& deadline) {
  Guard guard(mutex_);
  const std::uint64_t failures_before = failures_;
  for (;;) {
    if (stopping_) return unavailable("the plugin is being stopped");
    if (auto connection = take_idle(guard)) return Lease(*this, std::move(connection), epoch_);
    const bool is_down = failures_in_a_row_ > 0 && open_ == 0;
    if (is_down && (failures_ != failures_before || Clock::now() < next_attempt_)) return *last_failure_;
    if (deadline.passed()) {
      if (last_failure_ && open_ == 0) return *last_failure_;
      // There was room for one more: it is the server that did not answer, not the pool that is too small.
      if (connecting_ || open_ < settings_.max_connections)
        return unavailable("connecting to Redis takes longer than the call may", kRetryAfterMs);
      return Error{ErrorKind::Overloaded, "no connection to Redis was free in time", kRetryAfterMs};
    }
    ++waiting_;
    work_.notify_one();
    freed_.wait_until(guard, deadline.at());
    --waiting_;
  }
}

std::unique_ptr<Connection> Pool::take_idle(Guard& guard) {
  while (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    guard.unlock();
    // Asked before anything is sent: a connection that the server has closed costs nobody an answer.
    const bool quiet = !is_worn_out(*connection) && connection->is_quiet();
    if (!quiet) connection.reset();
    guard.lock();
    if (quiet) return connection;
    --open_;
  }
  return nullptr;
}

void Pool::give_back(std::unique_ptr<Connection> connection, std::uint64_t epoch) noexcept {
  {
    const Guard guard(mutex_);
    if (connection->usable() && epoch == epoch_ && !stopping_ && !is_worn_out(*connection)) {
      idle_.push_back(std::move(connection));
    } else {
      --open_;
    }
  }
  freed_.notify_one();
  // What is still held here is closed now, without the lock.
}

void Pool::drop_all() {
  std::vector<std::unique_ptr<Connection>> dropped;
  const Guard guard(mutex_);
  ++epoch_;
  open_ -= idle_.size();
  dropped.swap(idle_);
}

std::size_t Pool::open_connections() const {
  const Guard guard(mutex_);
  return open_;
}

bool Pool::is_wanted() const {
  return waiting_ > idle_.size() && open_ < settings_.max_connections;
}

void Pool::run() {
  Guard guard(mutex_);
  while (!stopping_) {
    if (!is_wanted()) {
      work_.wait(guard);
    } else if (Clock::now() < next_attempt_) {
      work_.wait_until(guard, next_attempt_);
    } else {
      connect(guard);
    }
  }
}

void Pool::connect(Guard& guard) {
  ++open_;  // its place is taken while it is being opened
  connecting_ = true;
  const std::uint64_t epoch = epoch_;
  guard.unlock();
  auto opened = Connection::open(settings_, tls_ ? &*tls_ : nullptr,
                                 Deadline::in_ms(settings_.connect_timeout_ms), stop_event_.fd());
  host_.count(opened ? "connections_opened" : "connection_failures");
  guard.lock();
  connecting_ = false;
  if (opened && epoch == epoch_) {
    if (failures_in_a_row_ > 0) host_.log(LogLevel::Information, "Redis can be reached again");
    failures_in_a_row_ = 0;
    last_failure_.reset();
    (*opened)->set_use_until_ms(end_of_life_ms());
    idle_.push_back(std::move(*opened));
    freed_.notify_one();
    return;
  }
  --open_;
  if (opened) return;
  ++failures_;
  last_failure_ = std::move(opened.error().error);
  if (++failures_in_a_row_ == 1) host_.log(LogLevel::Error, last_failure_->detail);
  next_attempt_ = Clock::now() + std::chrono::milliseconds(next_pause_ms());
  freed_.notify_all();
}

std::int64_t Pool::next_pause_ms() {
  const int doublings = std::min(failures_in_a_row_ - 1, 5);
  const std::int64_t pause_ms = std::min(kFirstPauseMs << doublings, kLongestPauseMs);
  // Between half of it and all of it: instances that lost the same server do not come back in step.
  std::uint8_t random = 0;
  if (!host_.random(&random, sizeof(random))) return pause_ms;
  return pause_ms / 2 + pause_ms / 2 * random / 255;
}

// Between three quarters of the lifetime and all of it: connections that were opened together, as after a
// failure, are not all replaced together.
std::int64_t Pool::end_of_life_ms() const {
  if (settings_.lifetime_ms == 0) return std::numeric_limits<std::int64_t>::max();
  std::uint8_t random = 0;
  if (!host_.random(&random, sizeof(random))) random = 0;
  return host_.monotonic_ms() + settings_.lifetime_ms - settings_.lifetime_ms / 4 * random / 255;
}

bool Pool::is_worn_out(const Connection& connection) const {
  return host_.monotonic_ms() >= connection.use_until_ms();
}

}  // namespace gateway::redis
