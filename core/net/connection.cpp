#include "core/net/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/SocketAddress.h>
#include <poll.h>
#include <sys/socket.h>

namespace gateway::net {

namespace {

using Poco::Net::SecureStreamSocket;
using Poco::Net::StreamSocket;

Failure stopped() {
  return {Fault::Stopped, "the gateway stops"};
}
Failure timed_out(const char* what) {
  return {Fault::TimedOut, what};
}

// What send and recv said: -1 for "not now".
int plain_result(ssize_t result) {
  if (result >= 0) return static_cast<int>(result);
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return -1;
  throw Poco::IOException(std::strerror(errno));
}

Outcome<StreamSocket> connect_to(const std::string& address, std::uint16_t port, const Deadline& deadline,
                                 const StopSignal& stop) {
  try {
    StreamSocket socket;
    socket.connectNB({Poco::Net::IPAddress(address), port});
    switch (wait_for(socket.impl()->sockfd(), POLLOUT, deadline, stop)) {
      case Waited::Ready:
        break;
      case Waited::TimedOut:
        return timed_out("the connection took too long");
      case Waited::Stopped:
        return stopped();
    }
    if (const int error = socket.impl()->socketError(); error != 0)
      return Failure{Fault::Connect, std::string("no connection: ") + std::strerror(error)};
    socket.setNoDelay(true);
    return socket;
  } catch (const Poco::Exception& e) {
    return Failure{Fault::Connect, "no connection: " + e.displayText()};
  }
}

Outcome<StreamSocket> connect_and_secure(const ConnectTarget& target, const std::string& address,
                                         const Deadline& deadline, const StopSignal& stop) {
  auto plain = connect_to(address, target.port, deadline, stop);
  if (!plain || target.tls == nullptr) return plain;
  auto secure = target.tls->shake_hands(*plain, target.host, deadline, stop);
  if (!secure) return secure.error();
  return StreamSocket(*secure);
}

}  // namespace

Outcome<std::unique_ptr<Connection>> Connection::open(const ConnectTarget& target, const Addresses& addresses,
                                                      const Deadline& deadline, std::int64_t attempt_ms,
                                                      const StopSignal& stop) {
  const Deadline all = deadline.within(attempt_ms);
  Failure last{Fault::Connect, "the host name has no address"};
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto left = static_cast<std::int64_t>(addresses.size() - i);
    const Deadline share = all.within(std::max<std::int64_t>(all.left_ms() / left, 1));
    auto socket = connect_and_secure(target, addresses[i], share, stop);
    if (socket) return std::unique_ptr<Connection>(new Connection(*socket, stop));
    last = std::move(socket.error());
    if (last.fault == Fault::Trust || last.fault == Fault::Stopped) return last;
  }
  // The call may still have time: it is this origin that took too long.
  if (last.fault == Fault::TimedOut && !deadline.passed()) last.fault = Fault::Connect;
  return last;
}

Connection::~Connection() {
  try {
    socket_.close();
  } catch (const Poco::Exception&) {
    // What could not be said to the other side at the end is of no interest any more.
  }
}

// Poco's negative results: the direction that TLS waits for, or plain "not now".
Outcome<Done> Connection::wait(int result, short events, const Deadline& deadline) const {
  if (socket_.secure()) events = result == SecureStreamSocket::ERR_SSL_WANT_WRITE ? POLLOUT : POLLIN;
  switch (wait_for(socket_.impl()->sockfd(), events, deadline, stop_)) {
    case Waited::Ready:
      return Done{};
    case Waited::TimedOut:
      return timed_out("the answer took too long");
    case Waited::Stopped:
      return stopped();
  }
  return stopped();
}

// Poco's plain socket throws where it would have to wait, its secure one does not; so the plain one is asked
// directly.
int Connection::send_some(std::string_view bytes) {
  const std::size_t size = std::min<std::size_t>(bytes.size(), INT_MAX);
  if (socket_.secure()) return socket_.sendBytes(bytes.data(), static_cast<int>(size));
  return plain_result(::send(socket_.impl()->sockfd(), bytes.data(), size, MSG_NOSIGNAL));
}

int Connection::receive_some(char* bytes, std::size_t size) {
  size = std::min<std::size_t>(size, INT_MAX);
  if (socket_.secure()) return socket_.receiveBytes(bytes, static_cast<int>(size));
  return plain_result(::recv(socket_.impl()->sockfd(), bytes, size, 0));
}

Outcome<Done> Connection::write(std::string_view bytes, const Deadline& deadline) {
  try {
    while (!bytes.empty()) {
      const int written = send_some(bytes);
      if (written > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(written));
      } else if (auto ready = wait(written, POLLOUT, deadline); !ready) {
        return ready.error();
      }
    }
    return Done{};
  } catch (const Poco::Exception& e) {
    return Failure{Fault::Broken, "the connection broke: " + e.displayText()};
  }
}

Outcome<std::size_t> Connection::read(char* bytes, std::size_t size, const Deadline& deadline) {
  try {
    for (;;) {
      // Here too, not only where there is nothing to read: who never stops sending does not stop the clock.
      if (deadline.passed()) return timed_out("the answer took too long");
      const int got = receive_some(bytes, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (auto ready = wait(got, POLLIN, deadline); !ready) return ready.error();
    }
  } catch (const Poco::Exception& e) {
    return Failure{Fault::Broken, "the connection broke: " + e.displayText()};
  }
}

bool Connection::is_stale() const noexcept {
  pollfd now{socket_.impl()->sockfd(), POLLIN, 0};
  return ::poll(&now, 1, 0) != 0;
}

}  // namespace gateway::net
