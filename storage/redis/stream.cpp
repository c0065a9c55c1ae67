#include "stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gateway::redis {

namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Result<Addresses> look_up(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int failed =
      ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &list);
  if (failed != 0) return unavailable("the host's name is not found: " + std::string(::gai_strerror(failed)));
  return Addresses(list);
}

// A peer that is gone without a word is noticed within a minute, idle or not.
void set_options(int socket) {
  const auto set = [&](int level, int name, int value) {
    ::setsockopt(socket, level, name, &value, sizeof value);
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);
}

int pending_error(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

std::string reason_of(const SSL* session) {
  const long verified = SSL_get_verify_result(session);
  if (verified != X509_V_OK)
    return std::string("the certificate is not trusted: ") + X509_verify_cert_error_string(verified);
  const char* why = ERR_reason_error_string(ERR_peek_error());
  return std::string("no TLS: ") + (why != nullptr ? why : "the connection ended");
}

}  // namespace

Stream::~Stream() {
  // A word of farewell where it costs no waiting; the server does not need it.
  if (session_ != nullptr) {
    ERR_clear_error();
    SSL_shutdown(session_.get());
    session_.reset();
  }
  ::close(socket_);
}

Stream::Wait Stream::wait_for(short events, const Deadline& deadline, int wake_fd) const {
  std::array<::pollfd, 2> waiting{{{socket_, events, 0}, {wake_fd, POLLIN, 0}}};
  for (;;) {
    const int ready = ::poll(waiting.data(), waiting.size(), deadline.left_ms());
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return Wait::Broken;
    if (waiting[0].revents != 0) return Wait::Ready;  // an error shows in what is done next
    if (waiting[1].revents != 0) return Wait::Woken;
    if (deadline.passed()) return Wait::Passed;
  }
}

Result<std::unique_ptr<Stream>> Stream::open(const Endpoint& endpoint, const TlsContext* tls,
                                             const std::string& tls_host, const Deadline& deadline,
                                             int wake_fd) {
  const auto addresses = look_up(endpoint);
  if (!addresses) return addresses.error();
  Error last = unavailable("the host's name has no address");
  int left = 0;
  for (const addrinfo* at = addresses->get(); at != nullptr; at = at->ai_next)
    ++left;
  for (const addrinfo* at = addresses->get(); at != nullptr; at = at->ai_next, --left) {
    const Deadline share = deadline.sooner(std::max(deadline.left_ms() / std::max(left, 1), 1));
    const int socket =
        ::socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, at->ai_protocol);
    if (socket < 0) {
      last = unavailable(std::string("no socket: ") + std::strerror(errno));
      continue;
    }
    std::unique_ptr<Stream> stream(new Stream(socket));
    set_options(socket);
    if (::connect(socket, at->ai_addr, at->ai_addrlen) != 0) {
      Wait waited = Wait::Broken;
      if (errno == EINPROGRESS) waited = stream->wait_for(POLLOUT, share, wake_fd);
      if (waited == Wait::Woken) return unavailable("the plugin is being stopped");
      const int error = waited == Wait::Passed  ? ETIMEDOUT
                        : waited == Wait::Ready ? pending_error(socket)
                                                : errno;
      if (error != 0) {
        last = unavailable(std::string("no connection: ") + std::strerror(error));
        continue;
      }
    }
    if (tls == nullptr) return stream;
    auto secure = stream->shake_hands(*tls, tls_host, share, wake_fd);
    if (secure) return stream;
    last = secure.error();
  }
  return last;
}

short Stream::wanted(int result) const {
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return POLLIN;
    case SSL_ERROR_WANT_WRITE:
      return POLLOUT;
    default:
      return 0;
  }
}

Result<Done> Stream::shake_hands(const TlsContext& tls, const std::string& host, const Deadline& deadline,
                                 int wake_fd) {
  session_ = tls.session(socket_, host);
  if (session_ == nullptr) return unavailable("no TLS session for this host");
  for (;;) {
    ERR_clear_error();
    const int done = SSL_do_handshake(session_.get());
    if (done == 1) return Done{};
    const short events = wanted(done);
    if (events == 0) return unavailable(reason_of(session_.get()));
    switch (wait_for(events, deadline, wake_fd)) {
      case Wait::Ready:
        break;
      case Wait::Passed:
        return unavailable("the TLS handshake took too long");
      case Wait::Woken:
        return unavailable("the plugin is being stopped");
      case Wait::Broken:
        return unavailable("the connection broke within the TLS handshake");
    }
  }
}

Stream::Ended Stream::write(std::string_view bytes, const Deadline& deadline) {
  while (!bytes.empty()) {
    short events = POLLOUT;
    if (session_ != nullptr) {
      ERR_clear_error();
      const int sent = SSL_write(session_.get(), bytes.data(),
                                 static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX)));
      if (sent > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
        continue;
      }
      events = wanted(sent);
      if (events == 0) return Ended::Broken;
    } else {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
        continue;
      }
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return Ended::Broken;
    }
    const Wait waited = wait_for(events, deadline, -1);
    if (waited != Wait::Ready) return waited == Wait::Passed ? Ended::Passed : Ended::Broken;
  }
  return Ended::Done;
}

Stream::Ended Stream::read(char* bytes, std::size_t size, std::size_t& got, const Deadline& deadline) {
  for (;;) {
    short events = POLLIN;
    if (session_ != nullptr) {
      ERR_clear_error();
      const int received =
          SSL_read(session_.get(), bytes, static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
      if (received > 0) return got = static_cast<std::size_t>(received), Ended::Done;
      events = wanted(received);
      if (events == 0) return Ended::Broken;
    } else {
      const ssize_t received = ::recv(socket_, bytes, size, 0);
      if (received > 0) return got = static_cast<std::size_t>(received), Ended::Done;
      if (received == 0) return Ended::Broken;
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return Ended::Broken;
    }
    const Wait waited = wait_for(events, deadline, -1);
    if (waited != Wait::Ready) return waited == Wait::Passed ? Ended::Passed : Ended::Broken;
  }
}

bool Stream::is_quiet() noexcept {
  pollfd now{socket_, POLLIN, 0};
  if (session_ == nullptr) return ::poll(&now, 1, 0) == 0;
  if (SSL_pending(session_.get()) == 0 && ::poll(&now, 1, 0) == 0) return true;
  // TLS itself has something to say now and then (session tickets), which is nobody's answer.
  char byte = 0;
  ERR_clear_error();
  const int peeked = SSL_peek(session_.get(), &byte, 1);
  return peeked <= 0 && wanted(peeked) == POLLIN;
}

}  // namespace gateway::redis
