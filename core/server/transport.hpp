// Transport: the one place where Pistache's reactor meets our connections. One per I/O thread.
//
// Pistache accepts, spreads new sockets over the I/O threads and polls. Everything that happens on a client's
// socket is ours: events of known sockets, the inbox and the deadline timer are handled here one at a time
// and never reach Tcp::Transport::onReady; only its private queues do. Its write queue and its timers are
// never used. Thread safety: onReady() and everything below it on the I/O thread only. No exception leaves
// onReady().
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <pistache/peer.h>
#include <pistache/tcp.h>
#include <pistache/transport.h>

#include "core/server/connection.hpp"
#include "core/server/io_context.hpp"

namespace gateway::server {

// Told of each new socket by Pistache, on the I/O thread.
class AcceptHandler final : public Pistache::Tcp::Handler {
 public:
  void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override;
  void onInput(const char* bytes, size_t size, const std::shared_ptr<Pistache::Tcp::Peer>& peer) override;
  std::shared_ptr<Pistache::Tcp::Handler> clone() const override;
};

// Reached by Server to wake every I/O thread.
class Inboxes {
 public:
  void add(std::shared_ptr<Inbox> inbox) { all_.push_back(std::move(inbox)); }
  void wake_all() const noexcept {
    for (const auto& inbox : all_)
      inbox->wake();
  }

 private:
  std::vector<std::shared_ptr<Inbox>> all_;  // complete before the first I/O thread starts
};

class Transport final : public Pistache::Tcp::Transport, public IoContext {
 public:
  Transport(std::shared_ptr<ServerShared> shared, std::shared_ptr<Inboxes> inboxes);
  ~Transport() override;

  void registerPoller(Pistache::Polling::Epoll& poller) override;
  void onReady(const Pistache::Aio::FdSet& fds) override;
  std::shared_ptr<Pistache::Aio::Handler> clone() const override;

  // Accepted, but not yet known to the poller; the connection begins when it is.
  void adopt(const std::shared_ptr<Pistache::Tcp::Peer>& peer);

 private:
  struct Client {
    std::shared_ptr<Pistache::Tcp::Peer> peer;
    std::shared_ptr<Connection> connection;
    bool used = false;  // this descriptor has been a client's: an event without a connection is a late one
  };

  void on_event(const Pistache::Aio::FdSet::Entry& event);
  void on_inbox();
  void deliver_answers();
  void on_timer();
  void begin_connection(const std::shared_ptr<Pistache::Tcp::Peer>& peer);
  void on_pistache(Pistache::Polling::Tag tag);
  void sweep();
  void watch(Connection& connection, Interest interest) override;
  void discard(Connection& connection) override;

  const std::shared_ptr<Inboxes> inboxes_;
  const int timer_fd_;
  std::vector<Client> clients_;                                  // by descriptor
  std::vector<std::shared_ptr<Pistache::Tcp::Peer>> new_peers_;  // accepted, not yet begun
  std::vector<std::shared_ptr<ServerExchange>> finished_;
  std::optional<Pistache::Polling::Tag> accept_tag_;  // of Pistache's queue of new sockets
  int drain_sweeps_ = 0;
};

}  // namespace gateway::server
