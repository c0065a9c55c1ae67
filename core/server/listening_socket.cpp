#include "core/server/listening_socket.hpp"

#include <charconv>
#include <filesystem>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gateway::server {

namespace {

constexpr std::size_t kReservedDescriptors = 256;  // logs, plugins, databases, outbound connections
constexpr int kAcceptTries = 20;
constexpr int kAcceptPauseMs = 5;

bool listens_on(int fd, const SocketAddress& at) noexcept {
  int listening = 0;
  socklen_t size = sizeof listening;
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) return false;
  return local_address(fd) == at;
}

}  // namespace

Result<int> find_listening_socket(const SocketAddress& at) {
  std::error_code fault;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", fault)) {
    const std::string name = entry.path().filename().string();
    int fd = -1;
    std::from_chars(name.data(), name.data() + name.size(), fd);
    if (fd >= 0 && listens_on(fd, at)) return fd;
  }
  return internal_error("the listening socket was not found in /proc/self/fd");
}

void stop_listening(int fd) noexcept {
  // What already waits to be accepted is reset when the socket goes: the accept thread gets a moment to take
  // it.
  pollfd waiting{fd, POLLIN, 0};
  for (int i = 0; i<kAcceptTries&& ::poll(&waiting, 1, 0)> 0; ++i)
    ::poll(nullptr, 0, kAcceptPauseMs);
  // An unconnected socket, so that an accept() already under way fails with EINVAL, which Pistache survives;
  // with anything that is no socket it would fail with ENOTSOCK, which ends the process.
  const int placeholder = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (placeholder < 0) {
    ::shutdown(fd, SHUT_RDWR);  // no descriptor left: at least nothing is accepted any more
    return;
  }
  ::dup3(placeholder, fd, O_CLOEXEC);
  ::close(placeholder);
}

Result<Done> ensure_descriptors(std::size_t connections) {
  const rlim_t needed = connections + kReservedDescriptors;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return internal_error("getrlimit failed");
  if (limit.rlim_cur >= needed) return Done{};
  if (limit.rlim_max < needed) {
    return invalid("max_connections needs " + std::to_string(needed) +
                   " file descriptors, the hard limit is " + std::to_string(limit.rlim_max));
  }
  limit.rlim_cur = needed;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return internal_error("setrlimit failed");
  return Done{};
}

}  // namespace gateway::server
