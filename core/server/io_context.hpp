// IoContext: what all connections of one I/O thread share, and what they ask of its poller. Only that thread
// uses it, `draining` apart.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "core/http/exchange.hpp"
#include "core/server/deadline_wheel.hpp"
#include "core/server/inbox.hpp"
#include "core/server/request_id.hpp"
#include "core/server/response_writer.hpp"
#include "core/server/server_options.hpp"
#include "core/server/server_stats.hpp"

namespace gateway::server {

class Connection;

// What all I/O threads of one server share.
struct ServerShared {
  ServerShared(const ServerOptions& server_options, http::Application& served)
      : options(server_options), application(served) {}

  const ServerOptions options;
  http::Application& application;
  const std::shared_ptr<ServerStats> stats = std::make_shared<ServerStats>();
  std::atomic<bool> draining{false};
  std::atomic<std::size_t> drained_threads{
      0};  // I/O threads that have taken over all that was accepted before the drain
};

enum class Interest { Read, Write, Nothing };

class IoContext {
 public:
  static constexpr std::chrono::milliseconds kResolution{20};
  static constexpr std::size_t kReceiveBytes =
      16 * 1024;  // at most so much of one connection before the next has its turn

  explicit IoContext(std::shared_ptr<ServerShared> server);
  IoContext(const IoContext&) = delete;
  IoContext& operator=(const IoContext&) = delete;
  virtual ~IoContext() = default;

  // Which readiness of the connection's socket is reported (level-triggered); errors always are.
  virtual void watch(Connection& connection, Interest interest) = 0;
  // Closes the socket and lets go of the connection. It must not be used afterwards.
  virtual void discard(Connection& connection) = 0;

  std::shared_ptr<ServerExchange> make_exchange(std::weak_ptr<Connection> connection) const;

  const std::shared_ptr<ServerShared> shared;
  const std::shared_ptr<Inbox> inbox;
  DeadlineWheel wheel;
  RequestIdSource ids;
  ResponseWriter writer;
  std::string output;         // the answer being written
  http::Response own_answer;  // answers that the server gives by itself
  std::array<char, kReceiveBytes> input;
};

}  // namespace gateway::server
