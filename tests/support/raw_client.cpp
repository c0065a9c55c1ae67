#include "tests/support/raw_client.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gateway::testing {

namespace {

using Clock = std::chrono::steady_clock;

bool wait_for(int fd, short events, Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  pollfd waiting{fd, events, 0};
  return ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) > 0;
}

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string RawResponse::header(std::string_view name) const {
  const std::string* found = nullptr;
  for (const auto& [field, value] : headers) {
    if (field.size() != name.size() || ::strncasecmp(field.data(), name.data(), name.size()) != 0) continue;
    if (found != nullptr) return "<several>";
    found = &value;
  }
  return found != nullptr ? *found : "";
}

RawClient::RawClient(std::uint16_t port, int receive_buffer_bytes)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer_bytes > 0) {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  }
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) close();
}

RawClient::~RawClient() {
  close();
}

void RawClient::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void RawClient::finish_sending() {
  ::shutdown(fd_, SHUT_WR);
}

void RawClient::reset() {
  const struct linger reset { 1, 0 };
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close();
}

bool RawClient::send(std::string_view bytes) {
  const Clock::time_point deadline = Clock::now() + kPatience;
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno != EAGAIN || !wait_for(fd_, POLLOUT, deadline)) {
      return false;
    }
  }
  return true;
}

RawClient::Read RawClient::read_some(Clock::time_point deadline) {
  if (!wait_for(fd_, POLLIN, deadline)) return Read::Failed;
  std::array<char, 16384> buffer{};
  const ssize_t n = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (n < 0) return Read::Failed;
  input_.append(buffer.data(), static_cast<std::size_t>(n));
  return n > 0 ? Read::Bytes : Read::End;
}

std::optional<RawResponse> RawClient::read_response(bool to_head) {
  const Clock::time_point deadline = Clock::now() + kPatience;
  for (;;) {
    bool malformed = false;
    std::optional<RawResponse> response = parse_response(input_, to_head, &malformed);
    if (response || malformed) return response;
    if (read_some(deadline) != Read::Bytes) return std::nullopt;
  }
}

std::optional<std::string> RawClient::read_to_end() {
  const Clock::time_point deadline = Clock::now() + kPatience;
  for (;;) {
    switch (read_some(deadline)) {
      case Read::Bytes:
        break;
      case Read::End:
        return std::exchange(input_, {});
      case Read::Failed:
        return std::nullopt;
    }
  }
}

bool RawClient::wait_closed() {
  const Clock::time_point deadline = Clock::now() + kPatience;
  for (;;) {
    if (!wait_for(fd_, POLLIN, deadline)) return false;
    if (read_some(deadline) != Read::Bytes) return true;
    input_.clear();
  }
}

bool RawClient::silent() {
  return input_.empty() && !wait_for(fd_, POLLIN, Clock::now());
}

std::optional<RawResponse> parse_response(std::string& input, bool to_head, bool* malformed) {
  const std::size_t head_end = input.find("\r\n\r\n");
  if (head_end == std::string::npos) return std::nullopt;
  *malformed = true;
  RawResponse response;
  const std::string_view head = std::string_view(input).substr(0, head_end + 2);
  std::size_t at = head.find("\r\n");
  const std::string_view line = head.substr(0, at);
  if (line.size() < 13 || line.substr(0, 9) != "HTTP/1.1 " || line[12] != ' ') return std::nullopt;
  const auto status = number(line.substr(9, 3));
  if (!status) return std::nullopt;
  response.status = static_cast<int>(*status);
  for (at += 2; at < head.size();) {
    const std::size_t end = head.find("\r\n", at);
    const std::string_view field = head.substr(at, end - at);
    const std::size_t colon = field.find(": ");
    if (colon == std::string_view::npos) return std::nullopt;
    response.headers.emplace_back(field.substr(0, colon), field.substr(colon + 2));
    at = end + 2;
  }
  std::size_t length = 0;
  if (!to_head && response.status >= 200 && response.status != 204 && response.status != 304) {
    const auto announced = number(response.header("Content-Length"));
    if (!announced) return std::nullopt;
    length = *announced;
  }
  *malformed = false;
  if (input.size() < head_end + 4 + length) return std::nullopt;
  response.body = input.substr(head_end + 4, length);
  input.erase(0, head_end + 4 + length);
  return response;
}

std::optional<RawResponse> exchange_once(std::uint16_t port, std::string_view request) {
  RawClient client(port);
  if (!client.connected() || !client.send(request)) return std::nullopt;
  return client.read_response();
}

}  // namespace gateway::testing
