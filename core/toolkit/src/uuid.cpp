#include "gateway/toolkit/uuid.hpp"

#include <algorithm>
#include <cstddef>

namespace gateway::toolkit {

namespace {

constexpr std::size_t kTextSize = 36;

constexpr bool is_hyphen_position(std::size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void set_version(Uuid& uuid, unsigned version) {
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0fU) | (version << 4U));
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3fU) | 0x80U);
}

}  // namespace

Uuid Uuid::v4(std::span<const std::uint8_t, 16> random) {
  Uuid uuid;
  std::copy(random.begin(), random.end(), uuid.bytes.begin());
  set_version(uuid, 4);
  return uuid;
}

Uuid Uuid::v7(std::uint64_t unix_ms, std::span<const std::uint8_t, 10> random) {
  Uuid uuid;
  for (std::size_t i = 0; i < 6; ++i) {
    uuid.bytes[i] = static_cast<std::uint8_t>((unix_ms >> (40 - 8 * i)) & 0xffU);
  }
  std::copy(random.begin(), random.end(), uuid.bytes.begin() + 6);
  set_version(uuid, 7);
  return uuid;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  Uuid uuid;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < kTextSize; ++i) {
    if (is_hyphen_position(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    std::uint8_t& byte = uuid.bytes[nibble / 2];
    byte = static_cast<std::uint8_t>((byte << 4U) | static_cast<unsigned>(value));
    ++nibble;
  }
  return uuid;
}

std::string Uuid::to_string() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(kTextSize);
  for (const std::uint8_t byte : bytes) {
    if (is_hyphen_position(text.size())) text.push_back('-');
    text.push_back(kDigits[byte >> 4U]);
    text.push_back(kDigits[byte & 0x0fU]);
  }
  return text;
}

}  // namespace gateway::toolkit
