#include "gateway/toolkit/base64url.hpp"

#include <array>
#include <cstdint>

namespace gateway::toolkit {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kInvalid = 0xff;  // the only entry with one of the two high bits set

constexpr std::array<std::uint8_t, 256> reverse_alphabet() {
  std::array<std::uint8_t, 256> table{};
  table.fill(kInvalid);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

constexpr auto kReverse = reverse_alphabet();

std::uint32_t value_of(char c) {
  return kReverse[static_cast<unsigned char>(c)];
}
std::uint32_t byte_of(char c) {
  return static_cast<unsigned char>(c);
}
char digit(std::uint32_t value) {
  return kAlphabet[value & 0x3fU];
}

}  // namespace

std::string base64url_encode(std::string_view bytes) {
  std::string text((bytes.size() * 4 + 2) / 3, '\0');
  char* out = text.data();
  while (bytes.size() >= 3) {
    const std::uint32_t bits = byte_of(bytes[0]) << 16U | byte_of(bytes[1]) << 8U | byte_of(bytes[2]);
    *out++ = digit(bits >> 18U);
    *out++ = digit(bits >> 12U);
    *out++ = digit(bits >> 6U);
    *out++ = digit(bits);
    bytes.remove_prefix(3);
  }
  if (bytes.empty()) return text;
  const std::uint32_t bits = byte_of(bytes[0]) << 16U | (bytes.size() == 2 ? byte_of(bytes[1]) << 8U : 0U);
  *out++ = digit(bits >> 18U);
  *out++ = digit(bits >> 12U);
  if (bytes.size() == 2) *out = digit(bits >> 6U);
  return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes(text.size() * 3 / 4, '\0');
  char* out = bytes.data();
  std::uint32_t seen = 0;  // all values or-ed together: one test at the end finds a stray character
  while (text.size() >= 4) {
    const std::array<std::uint32_t, 4> values{value_of(text[0]), value_of(text[1]), value_of(text[2]),
                                              value_of(text[3])};
    seen |= values[0] | values[1] | values[2] | values[3];
    const std::uint32_t bits = values[0] << 18U | values[1] << 12U | values[2] << 6U | values[3];
    *out++ = static_cast<char>(bits >> 16U & 0xffU);
    *out++ = static_cast<char>(bits >> 8U & 0xffU);
    *out++ = static_cast<char>(bits & 0xffU);
    text.remove_prefix(4);
  }
  std::uint32_t tail = 0;  // bits beyond the last byte
  if (!text.empty()) {
    const std::uint32_t third = text.size() == 3 ? value_of(text[2]) : 0;
    seen |= value_of(text[0]) | value_of(text[1]) | third;
    const std::uint32_t bits = value_of(text[0]) << 18U | value_of(text[1]) << 12U | third << 6U;
    *out++ = static_cast<char>(bits >> 16U & 0xffU);
    if (text.size() == 3) *out = static_cast<char>(bits >> 8U & 0xffU);
    tail = text.size() == 3 ? bits & 0xffU : bits & 0xffffU;
  }
  if ((seen & 0xc0U) != 0 || tail != 0) return std::nullopt;
  return bytes;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string url_safe(text);
  if (text.size() % 4 == 0) {
    for (int i = 0; i < 2 && !url_safe.empty() && url_safe.back() == '='; ++i)
      url_safe.pop_back();
  }
  for (char& c : url_safe) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return base64url_decode(url_safe);
}

}  // namespace gateway::toolkit
