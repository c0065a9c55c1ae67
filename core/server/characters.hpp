// The character classes of HTTP's grammar (RFC 9110 section 5.6.2 and 5.5), as table look-ups.
#pragma once

#include <array>
#include <string_view>

namespace gateway::server {

inline constexpr std::array<bool, 256> kTokenCharacters = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

constexpr bool is_token_character(char c) noexcept {
  return kTokenCharacters[static_cast<unsigned char>(c)];
}

// What a field value may hold: visible characters, space, tab, and bytes above ASCII; no other control
// characters.
constexpr bool is_value_character(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

}  // namespace gateway::server
