// ServerOptions: every bound and deadline of the server room. A plain value; Server::start() checks it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/http/client_address.hpp"

namespace gateway::server {

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IP address, not a name; "::" also takes IPv4
  std::uint16_t port = 0;             // 0: any free port, see Server::port()
  std::size_t io_threads = 1;
  int backlog = 1024;

  std::size_t max_connections = 10'000;  // further ones are closed at once
  std::size_t max_in_flight = 1'024;     // requests with the application; further ones get 503
  std::size_t max_head_bytes = 16 * 1024;
  std::size_t max_body_bytes = 64 * 1024;
  std::size_t max_pipelined_bytes =
      64 * 1024;  // behind a request that is being worked on; then reading pauses
  std::size_t max_response_bytes = 4 * 1024 * 1024;  // a larger answer is a bug of its handler: 500

  std::chrono::milliseconds header_timeout{10'000};   // first byte (or the connection) to the end of the head
  std::chrono::milliseconds body_timeout{20'000};     // end of the head to the end of the body
  std::chrono::milliseconds idle_timeout{75'000};     // between the requests of a connection
  std::chrono::milliseconds request_timeout{30'000};  // complete request to answer; then 503
  std::chrono::milliseconds write_timeout{
      10'000};  // first to last byte of an answer; then the client is dropped
  std::chrono::milliseconds linger_timeout{2'000};  // for the client to see the last answer and close

  http::ForwardingTrust forwarding;  // whose X-Forwarded-For is believed; nobody's by default
};

}  // namespace gateway::server
