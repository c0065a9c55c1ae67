// Connection: one connection to an origin, plain or TLS, whose every step ends at a deadline.
//
// The socket never blocks; waiting is poll(2) with the time that is left, so a peer that sends a byte now and
// then gains nothing. Thread safety: from one thread at a time. Ownership: owns its socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <Poco/Net/StreamSocket.h>

#include "core/net/failure.hpp"
#include "core/net/resolver.hpp"
#include "core/net/tls_context.hpp"
#include "core/net/waiting.hpp"

namespace gateway::net {

struct ConnectTarget {
  std::string host;
  std::uint16_t port = 0;
  const TlsContext* tls = nullptr;  // nullptr: plain
};

class Connection {
 public:
  // Each address in turn, none for longer than its share of `attempt_ms`, which includes TLS.
  // Errors: Connect, Trust, TimedOut, Stopped.
  static Outcome<std::unique_ptr<Connection>> open(const ConnectTarget& target, const Addresses& addresses,
                                                   const Deadline& deadline, std::int64_t attempt_ms,
                                                   const StopSignal& stop);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Errors: Broken, TimedOut, Stopped.
  Outcome<Done> write(std::string_view bytes, const Deadline& deadline);
  // How many bytes came; 0: the other side ended the connection in order.
  Outcome<std::size_t> read(char* bytes, std::size_t size, const Deadline& deadline);

  // While nothing is expected: whether the other side has ended it, or said something nobody asked for.
  bool is_stale() const noexcept;
  std::int64_t idle_since_ms = 0;  // kept by the pool

 private:
  Connection(const Poco::Net::StreamSocket& socket, const StopSignal& stop) : socket_(socket), stop_(stop) {}
  int send_some(std::string_view bytes);
  int receive_some(char* bytes, std::size_t size);
  Outcome<Done> wait(int result, short events, const Deadline& deadline) const;

  Poco::Net::StreamSocket socket_;  // secure where the target is
  const StopSignal& stop_;
};

}  // namespace gateway::net
