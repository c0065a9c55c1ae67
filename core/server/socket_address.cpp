#include "core/server/socket_address.hpp"

#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>

namespace gateway::server {

namespace {

std::optional<SocketAddress> convert(const sockaddr_storage& storage) noexcept {
  http::IpAddress::Bytes bytes{};
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage, sizeof v6);
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return SocketAddress{http::IpAddress(bytes), ntohs(v6.sin6_port)};
  }
  if (storage.ss_family != AF_INET) return std::nullopt;
  sockaddr_in v4{};
  std::memcpy(&v4, &storage, sizeof v4);
  bytes[10] = bytes[11] = 0xff;
  std::memcpy(bytes.data() + 12, &v4.sin_addr, 4);
  return SocketAddress{http::IpAddress(bytes), ntohs(v4.sin_port)};
}

}  // namespace

std::optional<SocketAddress> local_address(int fd) noexcept {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return std::nullopt;
  return convert(storage);
}

std::optional<SocketAddress> peer_address(int fd) noexcept {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return std::nullopt;
  return convert(storage);
}

}  // namespace gateway::server
