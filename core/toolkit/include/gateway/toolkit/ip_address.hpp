// IpAddress and IpNetwork: what a client address is compared by. IPv4 is kept as IPv4-mapped IPv6 (RFC 4291
// section 2.5.5.2), so that 192.0.2.1 and ::ffff:192.0.2.1 are one client and one network covers both
// spellings. Thread safety: plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gateway::toolkit {

class IpAddress {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  IpAddress() = default;  // "::"
  explicit IpAddress(const Bytes& bytes) noexcept : bytes_(bytes) {}

  // Dotted IPv4 without leading zeros, or IPv6 without brackets or zone. nullopt: anything else.
  static std::optional<IpAddress> parse(std::string_view text) noexcept;

  bool is_v4() const noexcept;
  const Bytes& bytes() const noexcept { return bytes_; }
  // What counts as one client: four bytes of IPv4, or the first eight of IPv6, since one customer has a whole
  // /64 (RFC 6177, RFC 7421). Lives as long as the address.
  std::string_view client_part() const noexcept;
  std::string to_string() const;  // IPv4-mapped addresses as dotted IPv4; IPv6 as RFC 5952

  bool operator==(const IpAddress&) const = default;

 private:
  Bytes bytes_{};
};

class IpNetwork {
 public:
  // "10.0.0.0/8", "2001:db8::/32", or one address. nullopt: malformed, prefix out of range, or bits set
  // behind the prefix (a typing mistake in a list of trusted networks must not be guessed at).
  static std::optional<IpNetwork> parse(std::string_view text) noexcept;

  // The families do not mix: ::/0 is all of IPv6 and nothing of IPv4.
  bool contains(const IpAddress& address) const noexcept;
  bool contains(const IpNetwork& other) const noexcept;  // all of it
  bool is_everybody() const noexcept;                    // all of IPv4 or all of IPv6
  // Whether together they leave nobody out: of IPv4 no address but multicast and reserved ones
  // (224.0.0.0/3), or of IPv6 no global unicast one (2000::/3, RFC 4291 section 2.4).
  static bool are_everybody(std::span<const IpNetwork> networks) noexcept;

 private:
  IpNetwork(const IpAddress& base, unsigned prefix_bits) noexcept : base_(base), prefix_bits_(prefix_bits) {}

  static bool cover(std::span<const IpNetwork> networks, const IpNetwork& all) noexcept;

  IpAddress base_;
  unsigned prefix_bits_;  // of 128
};

}  // namespace gateway::toolkit
