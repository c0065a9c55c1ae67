#include "core/server/server.hpp"

#include <exception>
#include <string>
#include <thread>
#include <utility>

#include <pistache/listener.h>

#include "core/server/listening_socket.hpp"
#include "core/server/transport.hpp"

namespace gateway::server {

namespace {

constexpr std::size_t kMaxIoThreads = 64;
constexpr std::chrono::milliseconds kDrainPoll{5};

Result<Done> check(const ServerOptions& options) {
  using std::chrono::milliseconds;
  if (!http::IpAddress::parse(options.address)) return invalid("the listen address is not an IP address");
  if (options.io_threads == 0 || options.io_threads > kMaxIoThreads) return invalid("io_threads: 1 to 64");
  if (options.backlog <= 0) return invalid("backlog: at least 1");
  if (options.max_connections == 0 || options.max_in_flight == 0)
    return invalid("max_connections, max_in_flight: at least 1");
  if (options.max_head_bytes < 256 || options.max_head_bytes > 1024 * 1024)
    return invalid("max_head_bytes: 256 to 1 MiB");
  for (const milliseconds time : {options.header_timeout, options.body_timeout, options.idle_timeout,
                                  options.request_timeout, options.write_timeout, options.linger_timeout}) {
    if (time <= milliseconds(0) || time > std::chrono::hours(24)) return invalid("timeouts: 1 ms to 24 h");
  }
  return Done{};
}

Pistache::Address pistache_address(const ServerOptions& options) {
  const bool v6 = options.address.find(':') != std::string::npos;
  return {v6 ? "[" + options.address + "]" : options.address, Pistache::Port(options.port)};
}

}  // namespace

class Server::Impl {
 public:
  Impl(const ServerOptions& options, http::Application& application)
      : shared_(std::make_shared<ServerShared>(options, application)),
        inboxes_(std::make_shared<Inboxes>()) {}

  Result<Done> start() {
    const ServerOptions& options = shared_->options;
    if (Result<Done> checked = check(options); !checked) return checked;
    if (Result<Done> enough = ensure_descriptors(options.max_connections); !enough) return enough;
    try {
      using Pistache::Tcp::Options;
      auto listener = std::make_unique<Pistache::Tcp::Listener>(pistache_address(options));
      Pistache::Flags<Options> socket_options(Options::ReuseAddr);
      socket_options.setFlag(Options::NoDelay).setFlag(Options::CloseOnExec);
      listener->init(options.io_threads, socket_options, "gateway-io", options.backlog);
      listener->setTransportFactory([this] { return std::make_shared<Transport>(shared_, inboxes_); });
      listener->bind();
      const std::uint16_t port = listener->getPort();
      Result<int> socket = find_listening_socket({*http::IpAddress::parse(options.address), port});
      if (!socket) return std::move(socket).error();
      listener->runThreaded();
      listener_ = std::move(listener);
      listening_fd_ = *socket;
      port_ = port;
    } catch (const std::exception& fault) {
      return unavailable("cannot listen on " + options.address + " port " + std::to_string(options.port) +
                         ": " + fault.what());
    }
    return Done{};
  }

  void begin_drain() {
    if (!listener_ || shared_->draining.exchange(true)) return;
    stop_listening(listening_fd_);
    inboxes_->wake_all();
  }

  bool wait_drained(std::chrono::steady_clock::time_point deadline) const {
    const ServerStats& stats = *shared_->stats;
    while (listener_ != nullptr &&
           (shared_->drained_threads.load(std::memory_order_acquire) < shared_->options.io_threads ||
            stats.connections_open.load(std::memory_order_acquire) > 0 ||
            stats.in_flight.load(std::memory_order_acquire) > 0)) {
      if (std::chrono::steady_clock::now() >= deadline) return false;
      std::this_thread::sleep_for(kDrainPoll);
    }
    return true;
  }

  void stop() {
    if (!listener_) return;
    begin_drain();
    // Sockets on their way to an I/O thread would be nobody's once the threads have ended.
    while (shared_->drained_threads.load(std::memory_order_acquire) < shared_->options.io_threads) {
      std::this_thread::sleep_for(kDrainPoll);
    }
    listener_->shutdown();
    listener_.reset();  // joins the accept thread and the I/O threads
  }

  std::uint16_t port() const noexcept { return port_; }
  const ServerStats& stats() const noexcept { return *shared_->stats; }

 private:
  const std::shared_ptr<ServerShared> shared_;
  const std::shared_ptr<Inboxes> inboxes_;
  std::unique_ptr<Pistache::Tcp::Listener> listener_;
  int listening_fd_ = -1;
  std::uint16_t port_ = 0;
};

Server::Server(const ServerOptions& options, http::Application& application)
    : impl_(std::make_unique<Impl>(options, application)) {}
Server::~Server() {
  impl_->stop();
}

Result<Done> Server::start() {
  return impl_->start();
}
std::uint16_t Server::port() const noexcept {
  return impl_->port();
}
void Server::begin_drain() {
  impl_->begin_drain();
}
bool Server::wait_drained(std::chrono::steady_clock::time_point deadline) {
  return impl_->wait_drained(deadline);
}
void Server::stop() {
  impl_->stop();
}
const ServerStats& Server::stats() const noexcept {
  return impl_->stats();
}

}  // namespace gateway::server
