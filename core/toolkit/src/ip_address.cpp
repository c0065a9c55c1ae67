#include "gateway/toolkit/ip_address.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <initializer_list>

#include <arpa/inet.h>

namespace gateway::toolkit {

namespace {

constexpr std::array<std::uint8_t, 12> kV4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// Bit i of the address, the most significant first.
bool bit(const IpAddress& address, unsigned i) noexcept {
  return (address.bytes()[i / 8] >> (7 - i % 8) & 1) != 0;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> copy{};  // inet_pton needs a terminator
  if (text.empty() || text.size() >= copy.size() || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::copy(text.begin(), text.end(), copy.begin());
  Bytes bytes{};
  if (text.find(':') == std::string_view::npos) {
    std::copy(kV4Prefix.begin(), kV4Prefix.end(), bytes.begin());
    if (::inet_pton(AF_INET, copy.data(), bytes.data() + kV4Prefix.size()) != 1) return std::nullopt;
  } else if (::inet_pton(AF_INET6, copy.data(), bytes.data()) != 1) {
    return std::nullopt;
  }
  return IpAddress(bytes);
}

bool IpAddress::is_v4() const noexcept {
  return std::equal(kV4Prefix.begin(), kV4Prefix.end(), bytes_.begin());
}

std::string_view IpAddress::client_part() const noexcept {
  const char* bytes = reinterpret_cast<const char*>(bytes_.data());
  return is_v4() ? std::string_view(bytes + kV4Prefix.size(), 4) : std::string_view(bytes, 8);
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_v4();
  ::inet_ntop(v4 ? AF_INET : AF_INET6, bytes_.data() + (v4 ? kV4Prefix.size() : 0), text.data(), text.size());
  return text.data();
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  const std::optional<IpAddress> base = IpAddress::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  const bool dotted = text.find(':') == std::string_view::npos;
  const unsigned width = dotted ? 32 : 128;
  unsigned prefix = width;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (fault != std::errc() || end != digits.data() + digits.size() || prefix > width) return std::nullopt;
  }
  prefix += 128 - width;
  for (unsigned i = prefix; i < 128; ++i) {
    if (bit(*base, i)) return std::nullopt;
  }
  return IpNetwork(*base, prefix);
}

bool IpNetwork::contains(const IpAddress& address) const noexcept {
  // All of IPv4 lies in ::/80, where nobody who writes an IPv6 network looks for it.
  if (prefix_bits_ < kV4Prefix.size() * 8 && address.is_v4()) return false;
  const std::size_t whole = prefix_bits_ / 8;
  if (!std::equal(base_.bytes().begin(), base_.bytes().begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes().begin())) {
    return false;
  }
  for (unsigned i = static_cast<unsigned>(whole) * 8; i < prefix_bits_; ++i) {
    if (bit(base_, i) != bit(address, i)) return false;
  }
  return true;
}

bool IpNetwork::contains(const IpNetwork& other) const noexcept {
  return prefix_bits_ <= other.prefix_bits_ && contains(other.base_);
}

// By halves; what no network lies in is not looked into, so that the way is as long as the prefixes are.
bool IpNetwork::cover(std::span<const IpNetwork> networks, const IpNetwork& all) noexcept {
  const auto any = [&](const auto& fits) { return std::any_of(networks.begin(), networks.end(), fits); };
  if (any([&](const IpNetwork& network) { return network.contains(all); })) return true;
  if (!any([&](const IpNetwork& network) { return all.contains(network); })) return false;
  // Something smaller lies in it, so there are two halves.
  const unsigned half = all.prefix_bits_;
  IpAddress::Bytes upper = all.base_.bytes();
  upper[half / 8] = static_cast<std::uint8_t>(upper[half / 8] | 0x80U >> half % 8);
  return cover(networks, {all.base_, half + 1}) && cover(networks, {IpAddress(upper), half + 1});
}

bool IpNetwork::are_everybody(std::span<const IpNetwork> networks) noexcept {
  const auto cover_all = [&](std::initializer_list<const char*> parts) {
    return std::all_of(parts.begin(), parts.end(),
                       [&](const char* part) { return cover(networks, *parse(part)); });
  };
  return cover_all({"0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3"}) || cover_all({"2000::/3"});
}

bool IpNetwork::is_everybody() const noexcept {
  return prefix_bits_ == 0 || (prefix_bits_ == kV4Prefix.size() * 8 && base_.is_v4());
}

}  // namespace gateway::toolkit
