// ServerExchange: the server room's Exchange. It holds the parser, and with it every byte its Request points
// to, and says who may touch the answer by one atomic state.
//
// A connection keeps one exchange and uses it for request after request, as long as the application has let
// go of it; otherwise the old one is left to its holder and the connection makes a new one. So a late holder
// never sees, and never answers, another request. Thread safety: as http::Exchange; what is marked "I/O
// thread" is for the owning connection.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "core/http/client_address.hpp"
#include "core/http/exchange.hpp"
#include "core/server/inbox.hpp"
#include "core/server/request_id.hpp"
#include "core/server/request_parser.hpp"
#include "core/server/server_stats.hpp"

namespace gateway::server {

class Connection;

class ServerExchange final : public http::Exchange, public std::enable_shared_from_this<ServerExchange> {
 public:
  ServerExchange(const FramingLimits& limits, std::shared_ptr<Inbox> inbox,
                 std::shared_ptr<ServerStats> stats, std::weak_ptr<Connection> connection);

  void complete() noexcept override;
  bool abandoned() const noexcept override {
    return state_.load(std::memory_order_acquire) == State::Abandoned;
  }

  // --- I/O thread ---
  enum class Handled { Answered, Dropped, Working };

  RequestParser& parser() noexcept { return parser_; }
  std::weak_ptr<Connection> connection() const noexcept { return connection_; }

  // Fills request() from the parsed head; false: the target is not acceptable. The id is set either way.
  bool prepare(const http::ForwardingTrust& trust, const http::IpAddress& peer, const std::string& peer_text,
               RequestIdSource& ids);
  void set_request_id(RequestIdSource& ids);
  void set_times(http::Clock::time_point received_at, http::Clock::time_point deadline) noexcept;

  bool admit(
      std::size_t max_in_flight) noexcept;  // takes a place among the requests in flight; false: all taken
  Handled hand_to(http::Application& application) noexcept;  // only once admitted
  bool was_dropped() const noexcept { return dropped_; }     // after it came back through the inbox
  bool abandon() noexcept;  // false: the answer is ready, or on its way through the inbox
  bool reusable() const noexcept { return released_.load(std::memory_order_acquire); }
  void reset();  // for the next request; only when reusable()

 private:
  enum class State { Idle, Pending, AnsweredInline, Posted, Abandoned };

  void release() noexcept;  // the application holds no reference any more
  void finish(bool dropped) noexcept;

  RequestParser parser_;
  const std::shared_ptr<Inbox> inbox_;
  const std::shared_ptr<ServerStats> stats_;
  const std::weak_ptr<Connection> connection_;
  std::string decoded_path_;
  std::string client_text_;
  RequestIdSource::Id made_id_{};
  std::atomic<State> state_{State::Idle};
  std::atomic<bool> released_{true};
  bool dropped_ = false;  // written before the state changes, read after
};

}  // namespace gateway::server
