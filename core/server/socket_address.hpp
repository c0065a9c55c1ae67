// The two ends of a TCP socket, asked of the kernel.
// Thread safety: pure functions on a descriptor.
#pragma once

#include <cstdint>
#include <optional>

#include "core/http/client_address.hpp"

namespace gateway::server {

struct SocketAddress {
  http::IpAddress address;
  std::uint16_t port = 0;

  bool operator==(const SocketAddress&) const = default;
};

std::optional<SocketAddress> local_address(int fd) noexcept;
std::optional<SocketAddress> peer_address(int fd) noexcept;  // nullopt also when the peer is gone already

}  // namespace gateway::server
