// ClientAddress: an IP address as a limit counts it, and Network: addresses that share a prefix. An IPv4
// address inside IPv6 (::ffff:192.0.2.1) is the IPv4 address. One customer has a whole /64 of IPv6 (RFC 6177,
// RFC 7421), so a limit that counted single addresses would be none.
//
// Thread safety: plain values. Errors: parse() answers nullopt. Nothing allocates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gateway::rate_limit {

class ClientAddress {
 public:
  static std::optional<ClientAddress> parse(std::string_view text) noexcept;

  bool is_v4() const noexcept { return size_ == 4; }
  std::size_t bits() const noexcept { return size_ * 8; }
  const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }
  // What shares a limit: four bytes, or the first eight of sixteen. Lives as long as the address.
  std::string_view shared_part() const noexcept {
    return {reinterpret_cast<const char*>(bytes_.data()), is_v4() ? 4U : 8U};
  }

 private:
  std::array<std::uint8_t, 16> bytes_{};
  std::size_t size_ = 0;
};

class Network {
 public:
  // "10.0.0.0/8", "2001:db8::/32", or one address. Not with bits set behind the prefix, which is a mistake.
  static std::optional<Network> parse(std::string_view text) noexcept;

  std::size_t prefix_bits() const noexcept { return prefix_bits_; }
  bool contains(const ClientAddress& address) const noexcept;

 private:
  ClientAddress base_;
  std::size_t prefix_bits_ = 0;
};

}  // namespace gateway::rate_limit
