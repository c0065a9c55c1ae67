#include "tests/integration/nginx/recording_upstream.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>
#include <stdexcept>

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gateway::testing {

namespace {

constexpr int kPatienceMs = 20'000;
constexpr int kUpstreamBacklog = 64;

// Empty: the other side closed or said nothing in time.
std::string receive(int client) {
  ::pollfd waiting{client, POLLIN, 0};
  if (::poll(&waiting, 1, kPatienceMs) != 1) return {};
  std::array<char, 4096> buffer{};
  const ::ssize_t count = ::recv(client, buffer.data(), buffer.size(), 0);
  return count <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(count));
}

RecordedRequest parse_head(const std::string& head) {
  RecordedRequest request;
  std::istringstream lines(head);
  std::getline(lines, request.line);
  for (std::string line; std::getline(lines, line) && line.size() > 1;) {
    const std::size_t colon = line.find(':');
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::size_t value = line.find_first_not_of(' ', colon + 1);
    request.headers.emplace_back(name, line.substr(value, line.find_last_not_of("\r ") + 1 - value));
  }
  return request;
}

}  // namespace

std::vector<std::string> RecordedRequest::values(const std::string& name) const {
  std::vector<std::string> found;
  for (const auto& [key, value] : headers) {
    if (key == name) found.push_back(value);
  }
  return found;
}

RecordingUpstream::RecordingUpstream() {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  stop_event_ = ::eventfd(0, EFD_CLOEXEC);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listening_ < 0 || stop_event_ < 0 || ::bind(listening_, generic, size) != 0 ||
      ::listen(listening_, kUpstreamBacklog) != 0 || ::getsockname(listening_, generic, &size) != 0) {
    throw std::runtime_error("no port for the application");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

RecordingUpstream::~RecordingUpstream() {
  ::eventfd_write(stop_event_, 1);
  thread_.join();
  ::close(listening_);
  ::close(stop_event_);
}

std::vector<RecordedRequest> RecordingUpstream::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void RecordingUpstream::run() {
  for (;;) {
    std::array<::pollfd, 2> waiting{{{listening_, POLLIN, 0}, {stop_event_, POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 || waiting[1].revents != 0) return;
    const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    serve(client);
    ::close(client);
  }
}

void RecordingUpstream::serve(int client) {
  std::string input;
  std::size_t end = std::string::npos;
  while ((end = input.find("\r\n\r\n")) == std::string::npos) {
    const std::string more = receive(client);
    if (more.empty()) return;
    input += more;
  }
  RecordedRequest request = parse_head(input.substr(0, end + 2));
  request.body = input.substr(end + 4);
  const auto lengths = request.values("content-length");
  const std::size_t length = lengths.empty() ? 0 : std::stoul(lengths.front());
  while (request.body.size() < length) {
    const std::string more = receive(client);
    if (more.empty()) return;
    request.body += more;
  }
  const auto ids = request.values("x-auth-user-id");
  const std::string page = kPage + (ids.empty() ? std::string("nobody") : ids.front());
  const std::string answer =
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(page.size()) + "\r\n\r\n" +
      page;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
  }
  ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
}

}  // namespace gateway::testing
