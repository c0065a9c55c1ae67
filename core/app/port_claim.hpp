// PortClaim: an address and port, bound but not listening, so that a start that cannot have its port ends
// before it has written anything. The server binds the same port beside it, which Linux allows while neither
// listens (SO_REUSEADDR on both); nobody can connect before the server listens. Thread safety: from one
// thread. Ownership: the claim ends with the object.
#pragma once

#include <cstdint>
#include <string>

#include <gateway/result.hpp>

namespace gateway::app {

class PortClaim {
 public:
  // Port 0 is claimed by nobody. Errors: Unavailable, in words for the operator.
  static Result<PortClaim> take(const std::string& address, std::uint16_t port);

  PortClaim(PortClaim&& other) noexcept;
  PortClaim& operator=(PortClaim&& other) noexcept;
  PortClaim(const PortClaim&) = delete;
  PortClaim& operator=(const PortClaim&) = delete;
  ~PortClaim();

 private:
  explicit PortClaim(int socket) noexcept : socket_(socket) {}

  int socket_ = -1;
};

}  // namespace gateway::app
