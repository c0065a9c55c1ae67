#include "core/app/port_claim.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gateway::app {

namespace {

struct Endpoint {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// `address` without brackets. Family 0: it is none, which the server says in its own words.
Endpoint endpoint_of(const std::string& address, std::uint16_t port) {
  Endpoint to;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    to.size = sizeof v4;
    std::memcpy(&to.storage, &v4, sizeof v4);
  } else if (::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    to.size = sizeof v6;
    std::memcpy(&to.storage, &v6, sizeof v6);
  }
  return to;
}

std::string reason_of(int error) {
  switch (error) {
    case EADDRINUSE:
      return "the port is in use; end what listens there, or choose another port";
    case EADDRNOTAVAIL:
      return "this machine does not have that address";
    case EACCES:
      return "this user may not listen on ports below 1024; choose a higher one";
    case EAFNOSUPPORT:
      return "this machine has no IPv6; name an IPv4 address such as 0.0.0.0";
    default:
      return std::strerror(error);
  }
}

}  // namespace

Result<PortClaim> PortClaim::take(const std::string& address, std::uint16_t port) {
  const Endpoint endpoint = endpoint_of(address, port);
  if (port == 0 || endpoint.size == 0) return PortClaim(-1);
  const bool is_v6 = endpoint.storage.ss_family == AF_INET6;
  const auto refuse = [&](int error) {
    const std::string host = is_v6 ? "[" + address + "]" : address;
    return unavailable("cannot listen on http://" + host + ":" + std::to_string(port) + ": " +
                       reason_of(error));
  };
  PortClaim claim(::socket(endpoint.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (claim.socket_ < 0) return refuse(errno);
  constexpr int kYes = 1;
  ::setsockopt(claim.socket_, SOL_SOCKET, SO_REUSEADDR, &kYes, sizeof kYes);
  sockaddr_storage storage = endpoint.storage;
  void* const at = &storage;
  if (::bind(claim.socket_, static_cast<const sockaddr*>(at), endpoint.size) != 0) return refuse(errno);
  return claim;
}

PortClaim::PortClaim(PortClaim&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

PortClaim& PortClaim::operator=(PortClaim&& other) noexcept {
  std::swap(socket_, other.socket_);
  return *this;
}

PortClaim::~PortClaim() {
  if (socket_ >= 0) ::close(socket_);
}

}  // namespace gateway::app
