#include "core/http/target.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace gateway::http {

namespace {

// What a path may hold unencoded (RFC 3986 pchar and '/'), '%' apart.
constexpr std::array<bool, 256> kPathCharacters = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool decode(std::string_view raw, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '%') {
      out.push_back(raw[i]);
      continue;
    }
    if (raw.size() - i < 3) return false;
    const int high = hex_digit(raw[i + 1]);
    const int low = hex_digit(raw[i + 2]);
    if (high < 0 || low < 0) return false;
    const int byte = high * 16 + low;
    if (byte < 0x20 || byte == 0x7f || byte == '/' || byte == '\\') return false;
    out.push_back(static_cast<char>(byte));
    i += 2;
  }
  return is_valid_utf8(out);
}

bool segments_are_clean(std::string_view path) noexcept {
  std::size_t begin = 1;  // behind the leading '/'
  while (begin < path.size()) {
    std::size_t end = path.find('/', begin);
    if (end == std::string_view::npos) end = path.size();
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment.empty() || segment == "." || segment == "..") return false;
    begin = end + 1;
  }
  return true;
}

// The length of the UTF-8 sequence at the front of `text` (RFC 3629: no overlong forms, no surrogates); 0:
// malformed.
std::size_t utf8_sequence(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (lead == 0xe0 && byte(1) < 0xa0) return 0;
  if (lead == 0xed && byte(1) > 0x9f) return 0;
  if (lead == 0xf0 && byte(1) < 0x90) return 0;
  if (lead == 0xf4 && byte(1) > 0x8f) return 0;
  return length;
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::optional<Target> parse_target(std::string_view method, std::string_view raw, std::string& storage) {
  if (method == "CONNECT") return std::nullopt;
  if (raw == "*") return method == "OPTIONS" ? std::optional<Target>(Target{raw, {}}) : std::nullopt;
  if (raw.empty() || raw.front() != '/') return std::nullopt;

  std::size_t path_end = 0;
  bool encoded = false;
  for (; path_end < raw.size() && raw[path_end] != '?'; ++path_end) {
    const char c = raw[path_end];
    if (c == '%') {
      encoded = true;
    } else if (!kPathCharacters[static_cast<unsigned char>(c)]) {
      return std::nullopt;
    }
  }
  Target target{raw.substr(0, path_end), {}};
  if (path_end < raw.size()) target.query = raw.substr(path_end + 1);
  for (const char c : target.query) {
    if (c <= ' ' || c > '~' || c == '#')
      return std::nullopt;  // `char` may be signed: >= 0x80 is caught either way
  }
  if (encoded) {
    if (!decode(target.path, storage)) return std::nullopt;
    target.path = storage;
  }
  if (!segments_are_clean(target.path)) return std::nullopt;
  return target;
}

}  // namespace gateway::http
