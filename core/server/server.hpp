// Server: serves an http::Application over HTTP/1.x (RFC 9110, RFC 9112) on one TCP port, until it is
// drained.
//
// Life: construct, start(), [serve], begin_drain(), wait_drained(), stop(). stop() alone cuts everything at
// once. Workers that hold exchanges may outlive the server: their answers then go nowhere. The application
// must outlive it. Thread safety: start(), stop() and the destructor from one thread; the rest from any.
// Errors: start() reports a bad option, a port that is taken, too few file descriptors. Nothing throws.
// TLS is terminated in front of the gateway.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include <gateway/result.hpp>

#include "core/http/exchange.hpp"
#include "core/server/server_options.hpp"
#include "core/server/server_stats.hpp"

namespace gateway::server {

class Server {
 public:
  Server(const ServerOptions& options, http::Application& application);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Result<Done> start();

  std::uint16_t port() const noexcept;  // 0 before start()

  // New connections are refused, idle ones closed; requests under way are answered with Connection: close.
  void begin_drain();
  // True when no connection is open and no exchange is with the application any more; false at the deadline.
  bool wait_drained(std::chrono::steady_clock::time_point deadline);
  void stop();

  const ServerStats& stats() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway::server
