#include "core/server/transport.hpp"

#include <cerrno>
#include <cstdint>
#include <exception>
#include <optional>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "core/server/socket_address.hpp"

namespace gateway::server {

namespace {

using Pistache::Polling::Mode;
using Pistache::Polling::NotifyOn;
using Peer = std::shared_ptr<Pistache::Tcp::Peer>;

constexpr int kDrainSweeps = 3;
constexpr int kSendBufferBytes = 64 * 1024;  // what one slow reader can make the kernel hold

int make_timer(std::chrono::milliseconds period) {
  const int fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "timerfd_create");
  const auto nanoseconds = std::chrono::nanoseconds(period).count();
  const itimerspec spec{{0, nanoseconds}, {0, nanoseconds}};
  ::timerfd_settime(fd, 0, &spec, nullptr);
  return fd;
}

void set_options(int fd, const ServerOptions& options) noexcept {
  const int send_bytes = kSendBufferBytes;
  const auto user_timeout_ms = static_cast<unsigned>(options.write_timeout.count());
  ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof send_bytes);
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof user_timeout_ms);
}

}  // namespace

void AcceptHandler::onConnection(const Peer& peer) {
  static_cast<Transport*>(transport())->adopt(peer);
}

void AcceptHandler::onInput(const char* /*bytes*/, size_t /*size*/, const Peer& /*peer*/) {}

std::shared_ptr<Pistache::Tcp::Handler> AcceptHandler::clone() const {
  return std::make_shared<AcceptHandler>();
}

Transport::Transport(std::shared_ptr<ServerShared> server, std::shared_ptr<Inboxes> inboxes)
    : Pistache::Tcp::Transport(std::make_shared<AcceptHandler>()),
      IoContext(std::move(server)),
      inboxes_(std::move(inboxes)),
      timer_fd_(make_timer(kResolution)) {}

// Runs when the I/O thread has ended: what is still connected is cut, what still works for it finds nobody
// waiting.
Transport::~Transport() {
  inbox->close();
  for (Client& client : clients_) {
    if (client.connection) ::close(client.connection->fd());
    client.connection.reset();
  }
  ::close(timer_fd_);
}

std::shared_ptr<Pistache::Aio::Handler> Transport::clone() const {
  return std::make_shared<Transport>(shared, inboxes_);
}

void Transport::registerPoller(Pistache::Polling::Epoll& poller) {
  Pistache::Tcp::Transport::registerPoller(poller);
  for (const int fd : {inbox->fd(), timer_fd_}) {
    poller.addFd(fd, Pistache::Flags<NotifyOn>(NotifyOn::Read),
                 Pistache::Polling::Tag(static_cast<std::uint64_t>(fd)));
  }
  inboxes_->add(inbox);
}

void Transport::onReady(const Pistache::Aio::FdSet& fds) {
  for (const auto& event : fds) {
    try {
      on_event(event);
    } catch (const std::exception&) {
      // Pistache reports failed system calls on one socket this way; that socket is closed by its deadline.
    }
  }
}

void Transport::on_event(const Pistache::Aio::FdSet::Entry& event) {
  const auto fd = static_cast<std::size_t>(event.getTag().value());
  if (fd < clients_.size() && clients_[fd].used) {
    // A copy: the connection may end within. No connection: it ended earlier in this batch of events.
    const std::shared_ptr<Connection> connection = clients_[fd].connection;
    if (connection) connection->on_ready(event.isReadable(), event.isWritable());
  } else if (fd == static_cast<std::size_t>(inbox->fd())) {
    on_inbox();
  } else if (fd == static_cast<std::size_t>(timer_fd_)) {
    on_timer();
  } else {
    on_pistache(event.getTag());
  }
}

void Transport::on_inbox() {
  deliver_answers();
  if (shared->draining.load(std::memory_order_acquire) && drain_sweeps_ == 0) sweep();
}

void Transport::deliver_answers() {
  inbox->take(finished_);
  for (const std::shared_ptr<ServerExchange>& exchange : finished_) {
    const std::shared_ptr<Connection> connection = exchange->connection().lock();
    if (!connection) continue;
    try {
      connection->on_finished(*exchange);
    } catch (const std::exception&) {
      connection->abort();  // out of memory, most likely: the others' answers are still to be sent
    }
  }
  finished_.clear();
}

void Transport::on_timer() {
  std::uint64_t expirations = 0;
  static_cast<void>(!::read(timer_fd_, &expirations, sizeof expirations));
  wheel.advance(std::chrono::steady_clock::now());
  // Pistache's queue of new sockets can lose a wake-up (it reads its eventfd after looking): what it forgot
  // is fetched here.
  if (accept_tag_) on_pistache(*accept_tag_);
  deliver_answers();  // those whose batch is held up
  if (shared->draining.load(std::memory_order_acquire)) sweep();
}

// Drain, several times: a socket that was accepted just before listening ended may still be on its way to
// this thread, and is there by the next tick.
void Transport::sweep() {
  if (drain_sweeps_ == kDrainSweeps) return;
  for (std::size_t fd = 0; fd < clients_.size(); ++fd) {
    if (const std::shared_ptr<Connection> connection = clients_[fd].connection) connection->on_drain();
  }
  if (++drain_sweeps_ == kDrainSweeps) shared->drained_threads.fetch_add(1, std::memory_order_release);
}

void Transport::on_pistache(Pistache::Polling::Tag tag) {
  Pistache::Polling::Event one(tag);
  one.flags.setFlag(NotifyOn::Read);
  std::vector<Pistache::Polling::Event> events{one};
  Pistache::Tcp::Transport::onReady(Pistache::Aio::FdSet(std::move(events)));
  if (!new_peers_.empty()) accept_tag_ = tag;
  for (const Peer& peer : std::exchange(new_peers_, {}))
    begin_connection(peer);
}

void Transport::adopt(const Peer& peer) {
  new_peers_.push_back(peer);
}

void Transport::begin_connection(const Peer& peer) {
  const int fd = peer->fd();
  ServerStats& stats = *shared->stats;
  stats.connections_accepted.fetch_add(1, std::memory_order_relaxed);
  const std::optional<SocketAddress> address = peer_address(fd);
  const bool full = stats.connections_open.load(std::memory_order_relaxed) >= shared->options.max_connections;
  if (!address || full) {
    if (full) stats.connections_refused.fetch_add(1, std::memory_order_relaxed);
    return removePeer(peer);
  }
  set_options(fd, shared->options);
  const auto index = static_cast<std::size_t>(fd);
  if (clients_.size() <= index) clients_.resize(index + 1);
  const auto connection = std::make_shared<Connection>(fd, address->address, *this);
  clients_[index] = {peer, connection, true};
  connection->begin();
  watch(*connection, Interest::Read);  // Pistache registered it edge-triggered
  // Accepted before the drain: what it has already sent is answered, and then, or without it, it goes.
  if (shared->draining.load(std::memory_order_acquire)) {
    connection->on_drain();
  }
}

void Transport::watch(Connection& connection, Interest interest) {
  const NotifyOn events = interest == Interest::Read    ? NotifyOn::Read
                          : interest == Interest::Write ? NotifyOn::Write
                                                        : NotifyOn::None;
  reactor()->modifyFd(key(), connection.fd(), events, Mode::Level);
}

void Transport::discard(Connection& connection) {
  Client& client = clients_[static_cast<std::size_t>(connection.fd())];
  const Peer peer = std::exchange(client.peer, nullptr);
  const std::shared_ptr<Connection> last = std::exchange(client.connection, nullptr);
  removePeer(peer);
}

}  // namespace gateway::server
