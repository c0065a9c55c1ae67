#include "client_address.hpp"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace gateway::rate_limit {

namespace {

bool is_set(const ClientAddress& address, std::size_t bit) noexcept {
  return (address.bytes()[bit / 8] & (0x80U >> (bit % 8))) != 0;
}

}  // namespace

std::optional<ClientAddress> ClientAddress::parse(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.empty() || text.size() >= terminated.size() || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  ClientAddress address;
  if (::inet_pton(AF_INET, terminated.data(), address.bytes_.data()) == 1) {
    address.size_ = 4;
    return address;
  }
  if (::inet_pton(AF_INET6, terminated.data(), address.bytes_.data()) != 1) return std::nullopt;
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(kMapped.begin(), kMapped.end(), address.bytes_.begin())) {
    std::copy(address.bytes_.begin() + 12, address.bytes_.end(), address.bytes_.begin());
    std::fill(address.bytes_.begin() + 4, address.bytes_.end(), std::uint8_t{0});
    address.size_ = 4;
  } else {
    address.size_ = 16;
  }
  return address;
}

std::optional<Network> Network::parse(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  const auto base = ClientAddress::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  Network network;
  network.base_ = *base;
  network.prefix_bits_ = base->bits();
  if (slash != std::string_view::npos) {
    const std::string_view number = text.substr(slash + 1);
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), network.prefix_bits_);
    if (error != std::errc() || end != number.data() + number.size() || network.prefix_bits_ > base->bits())
      return std::nullopt;
  }
  for (std::size_t bit = network.prefix_bits_; bit < base->bits(); ++bit) {
    if (is_set(*base, bit)) return std::nullopt;
  }
  return network;
}

bool Network::contains(const ClientAddress& address) const noexcept {
  if (address.is_v4() != base_.is_v4()) return false;
  const std::size_t whole = prefix_bits_ / 8;
  if (!std::equal(base_.bytes().begin(), base_.bytes().begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes().begin()))
    return false;
  const std::size_t rest = prefix_bits_ % 8;
  return rest == 0 || ((base_.bytes()[whole] ^ address.bytes()[whole]) >> (8 - rest)) == 0;
}

}  // namespace gateway::rate_limit
