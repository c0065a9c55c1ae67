// Request ids: the client's X-Request-Id where it can be trusted to be harmless, else 128 random bits as hex.
// An id names a request in logs and answers; it is no secret and protects nothing, so a fast generator is
// enough.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gateway::server {

// 1 to 128 characters of A-Z a-z 0-9 . _ ~ -
bool is_valid_request_id(std::string_view text) noexcept;

// Thread safety: none; one source per I/O thread.
class RequestIdSource {
 public:
  using Id = std::array<char, 32>;

  RequestIdSource();  // seeded from the kernel
  Id next() noexcept;

 private:
  std::uint64_t next_word() noexcept;

  std::array<std::uint64_t, 4> state_;
};

}  // namespace gateway::server
