// Connection: one client's socket and where it stands. All of HTTP's state is here; README.md draws the state
// machine.
//
// One request is in flight at a time; what a client sends behind it waits, bounded, and is answered in order.
// Every state has a deadline. Nothing here blocks: what a send does not take waits for writability, and a
// client that does not read is dropped when its time is up. Ownership: shared_ptr, held by the I/O thread's
// table; exchanges hold a weak_ptr. The poller owns the descriptor. Thread safety: none; its I/O thread only.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/http/client_address.hpp"
#include "core/server/deadline_wheel.hpp"
#include "core/server/io_context.hpp"
#include "core/server/server_exchange.hpp"

namespace gateway::server {

class Connection final : public std::enable_shared_from_this<Connection>, public DeadlineWheel::Entry {
 public:
  // Made by make_shared and begun at once; the first deadline runs from begin().
  Connection(int fd, const http::IpAddress& peer, IoContext& io);
  ~Connection() override;

  void begin();
  void on_ready(bool readable, bool writable);
  void on_deadline(DeadlineWheel::Time now) override;
  void on_finished(const ServerExchange& exchange);  // its answer is ready
  void on_drain();
  void abort();  // cut off: nothing more is sent

  int fd() const noexcept { return fd_; }

 private:
  // In this order: up to Body a request may be read.
  enum class Phase { Idle, Head, Body, Working, Writing, Lingering, Closed };

  // input
  void receive();
  void consume(std::string_view bytes);
  void resume();
  void begin_body();
  void dispatch();

  // output
  void answer(const http::Response& response);
  void answer_error(int status, std::string_view code, std::string_view message);
  void refuse(int status, std::string_view code, std::string_view message);  // answers, then closes
  bool serialise(const http::Response& response);
  void send(std::string_view bytes);
  void finish_answer();

  void linger();
  void close();
  void enter(Phase phase, std::chrono::milliseconds time);
  void update_interest();

  const int fd_;
  IoContext& io_;
  const ServerOptions& options_;
  ServerStats& stats_;
  const http::IpAddress peer_;
  const std::string peer_text_;
  std::shared_ptr<ServerExchange> exchange_;
  Phase phase_ = Phase::Idle;
  Interest interest_ = Interest::Read;
  bool close_after_answer_ = false;
  DeadlineWheel::Time now_;          // when the current event began
  DeadlineWheel::Time received_at_;  // first byte of the current request
  std::string pipelined_;            // bytes behind the request in flight
  std::string unsent_;               // the rest of an answer that the socket did not take
  std::size_t lingered_bytes_ = 0;
};

}  // namespace gateway::server
