#include "tests/support/https_origin.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <tuple>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gateway::testing {

namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kMaxHeadBytes = 1U << 16;

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::pair<int, std::uint16_t> listen_anywhere(int backlog) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (fd < 0 || ::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      (backlog >= 0 && ::listen(fd, backlog) != 0) ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no port to listen on");
  return {fd, ntohs(address.sin_port)};
}

std::string lines_of(const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string lines;
  for (const auto& [name, value] : headers)
    lines.append(name).append(": ").append(value).append("\r\n");
  return lines;
}

std::string head_of(const OriginReply& reply) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " Status\r\n" + lines_of(reply.headers);
  if (reply.chunked) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (reply.status != 204 && reply.status != 304) {
    head += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  }
  if (reply.close_after) head += "Connection: close\r\n";
  return head + "\r\n";
}

std::string body_of(const OriginReply& reply) {
  if (!reply.chunked) return reply.body;
  constexpr std::size_t kChunk = 1000;
  std::string body;
  for (std::size_t at = 0; at < reply.body.size(); at += kChunk) {
    const std::string piece = reply.body.substr(at, kChunk);
    std::array<char, 16> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
    body.append(size.data()).append(piece).append("\r\n");
  }
  return body + "0\r\n\r\n";
}

}  // namespace

std::string OriginRequest::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [&](const auto& header) { return same_name(header.first, name); });
  return found == headers.end() ? "" : found->second;
}

// One connection. Its bytes go through TLS where there is TLS.
class HttpsOrigin::Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  ~Peer() { ::close(fd_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  int descriptor() const { return fd_; }
  void shut() { ::shutdown(fd_, SHUT_RDWR); }  // from any thread

  bool secure(SSL_CTX* context) {
    ssl_.reset(SSL_new(context), &SSL_free);
    SSL_set_fd(ssl_.get(), fd_);
    return SSL_accept(ssl_.get()) == 1;
  }
  std::string server_name() const {
    const char* name = ssl_ ? SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name) : nullptr;
    return name != nullptr ? name : "";
  }
  // As a server that ends a connection in order; TLS says so too.
  void say_end() {
    if (ssl_) SSL_shutdown(ssl_.get());
  }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                          : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  // The next request; nullopt: there is none.
  std::optional<OriginRequest> receive() {
    std::size_t end = 0;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (input_.size() > kMaxHeadBytes || !read_some()) return std::nullopt;
    }
    OriginRequest request = parse(std::string_view(input_).substr(0, end + 2));
    input_.erase(0, end + 4);
    const auto length = static_cast<std::size_t>(std::atoll(request.header("content-length").c_str()));
    while (input_.size() < length) {
      if (!read_some()) return std::nullopt;
    }
    request.body = input_.substr(0, length);
    input_.erase(0, length);
    request.server_name = server_name();
    return request;
  }

 private:
  bool read_some() {
    std::array<char, 16384> bytes{};
    const auto n = ssl_ ? SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                        : ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (n > 0) input_.append(bytes.data(), static_cast<std::size_t>(n));
    return n > 0;
  }

  static OriginRequest parse(std::string_view head) {
    OriginRequest request;
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const auto space = line.find(' ');
    request.method = line.substr(0, space);
    if (space != std::string_view::npos) request.target = line.substr(space + 1, line.rfind(' ') - space - 1);
    for (head.remove_prefix(line.size() + 2); !head.empty();) {
      const std::string_view field = head.substr(0, head.find("\r\n"));
      const auto colon = field.find(": ");
      if (colon != std::string_view::npos)
        request.headers.emplace_back(field.substr(0, colon), field.substr(colon + 2));
      head.remove_prefix(field.size() + 2);
    }
    return request;
  }

  const int fd_;
  std::shared_ptr<SSL> ssl_;
  std::string input_;
};

HttpsOrigin::HttpsOrigin(Handler handler, TestCertificate certificate)
    : HttpsOrigin(std::move(handler), OriginOptions{std::move(certificate), false, false}) {}

HttpsOrigin::HttpsOrigin(Handler handler, OriginOptions options)
    : handler_(std::move(handler)), options_(std::move(options)) {
  if (options_.certificate) {
    tls_.reset(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    if (!tls_ || SSL_CTX_use_certificate(tls_.get(), options_.certificate->certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(tls_.get(), options_.certificate->key.get()) != 1)
      throw std::runtime_error("OpenSSL: no context");
  }
  std::tie(listener_, port_) = listen_anywhere(256);
  accepting_ = std::thread([this] { accept_loop(); });
}

HttpsOrigin::~HttpsOrigin() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& peer : peers_)
      peer->shut();
    changed_.notify_all();
  }
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  for (std::thread& thread : threads_)
    thread.join();
  ::close(listener_);
}

std::string HttpsOrigin::url(const std::string& path, const std::string& host) const {
  return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port_) + path;
}

void HttpsOrigin::accept_loop() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto peer = std::make_shared<Peer>(fd);
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    ++connections_;
    peers_.push_back(peer);
    changed_.notify_all();
    threads_.emplace_back([this, peer] {
      sigset_t broken_pipe;  // SSL_write to a client that has gone
      sigemptyset(&broken_pipe);
      sigaddset(&broken_pipe, SIGPIPE);
      ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
      serve(*peer);
      peer->shut();
      const std::lock_guard done(mutex_);
      peers_.remove(peer);
      changed_.notify_all();
    });
  }
}

void HttpsOrigin::serve(Peer& peer) {
  if (!options_.hang_in_handshake && tls_ && !peer.secure(tls_.get())) return;
  if (options_.hang_in_handshake || options_.never_reads) {
    while (pause(peer, kPatience)) {
    }
    return;
  }
  while (auto request = peer.receive()) {
    {
      const std::lock_guard lock(mutex_);
      ++requests_;
      changed_.notify_all();
    }
    if (!answer(peer, handler_(*request))) return;
  }
}

// True: the connection goes on.
bool HttpsOrigin::answer(Peer& peer, const OriginReply& reply) {
  const std::string head = head_of(reply);
  const std::string body = body_of(reply);
  switch (reply.fault) {
    case OriginFault::Hang:
      while (pause(peer, kPatience)) {
      }
      return false;
    case OriginFault::DripHead:
      return drip(peer, "HTTP/1.1 200 OK\r\nX-Drip: ", reply.delay);
    case OriginFault::DripBody:
      return peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n") && drip(peer, "", reply.delay);
    case OriginFault::CloseWithoutAnswer:
      return false;
    case OriginFault::CloseMidBody:
      peer.send(head + body.substr(0, body.size() / 2));
      peer.say_end();
      return false;
    case OriginFault::Raw:
      peer.send(reply.body);
      if (!reply.close_silently) peer.say_end();
      return false;
    case OriginFault::None:
      break;
  }
  if (reply.delay.count() > 0 && !pause(peer, reply.delay)) return false;
  if (!peer.send(head + body) || reply.close_silently) return false;
  if (reply.close_after) peer.say_end();
  return !reply.close_after;
}

// Never ends by itself.
bool HttpsOrigin::drip(Peer& peer, std::string_view first, std::chrono::milliseconds apart) {
  for (std::size_t at = 0; pause(peer, apart); ++at) {
    if (!peer.send(at < first.size() ? first.substr(at, 1) : "a")) return false;
  }
  return false;
}

bool HttpsOrigin::pause(Peer& peer, std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kLook{20};  // whether the client has gone
  const auto end = std::chrono::steady_clock::now() + time;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    pollfd gone{peer.descriptor(), POLLRDHUP, 0};
    if (::poll(&gone, 1, 0) > 0) return false;
    const auto now = std::chrono::steady_clock::now();
    if (now >= end) return true;
    changed_.wait_until(lock, std::min(end, now + kLook));
  }
  return false;
}

bool HttpsOrigin::wait_until(const std::function<bool()>& reached) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, reached);
}

bool HttpsOrigin::wait_requests(int count) {
  return wait_until([&] { return requests_ >= count; });
}

bool HttpsOrigin::wait_open_connections(int count) {
  return wait_until([&] { return static_cast<int>(peers_.size()) == count; });
}

bool HttpsOrigin::wait_blocked_writer() {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  std::unique_lock lock(mutex_);
  const auto has_unread = [&] {
    return std::any_of(peers_.begin(), peers_.end(), [](const auto& peer) {
      constexpr int kMoreThanAHandshake = 100'000;
      int unread = 0;
      return ::ioctl(peer->descriptor(), FIONREAD, &unread) == 0 && unread > kMoreThanAHandshake;
    });
  };
  // Nobody tells when bytes arrive that are not read.
  constexpr std::chrono::milliseconds kLook{5};
  while (!has_unread() && std::chrono::steady_clock::now() < end)
    changed_.wait_for(lock, kLook);
  return has_unread();
}

int HttpsOrigin::open_connections() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(peers_.size());
}

void HttpsOrigin::close_connections() {
  const std::lock_guard lock(mutex_);
  for (const auto& peer : peers_)
    peer->shut();
}

BlackHole::BlackHole() {
  const auto [listener, port] = listen_anywhere(0);
  descriptors_.push_back(listener);
  port_ = port;
  // Its queue is filled; the kernel then drops what comes on top.
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port_);
  constexpr int kMoreThanFit = 4;
  for (int i = 0; i < kMoreThanFit; ++i) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    descriptors_.push_back(fd);
    const int began = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (began != 0 && errno != EINPROGRESS) throw std::runtime_error("no black hole");
  }
}

BlackHole::~BlackHole() {
  for (const int fd : descriptors_)
    ::close(fd);
}

std::uint16_t closed_port() {
  const auto [fd, port] = listen_anywhere(-1);
  ::close(fd);
  return port;
}

}  // namespace gateway::testing
