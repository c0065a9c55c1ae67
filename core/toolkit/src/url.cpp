#include "gateway/toolkit/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <arpa/inet.h>

namespace gateway::toolkit {

namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

bool is_label(std::string_view label) {
  constexpr std::size_t kMaxLabelBytes = 63;
  return !label.empty() && label.size() <= kMaxLabelBytes && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

bool is_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(family, text.c_str(), address.data()) == 1;
}

bool is_name(std::string_view host) {
  constexpr std::size_t kMaxNameBytes = 253;
  if (host.size() > kMaxNameBytes) return false;
  std::string_view label;
  for (std::string_view rest = host;;) {
    const auto dot = rest.find('.');
    label = rest.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  // A last label that is a number makes the whole an IPv4 address to some readers and a name to others.
  return !is_digit(label.front());
}

// The part up to `end` characters of the rest is consumed.
std::optional<std::string> take_host(std::string_view& rest) {
  if (rest.starts_with('[')) {
    const auto close = rest.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    std::string host = lower_case(rest.substr(1, close - 1));
    rest.remove_prefix(close + 1);
    if (!is_address(AF_INET6, host)) return std::nullopt;
    return host;
  }
  std::string host = lower_case(rest.substr(0, rest.find(':')));
  rest.remove_prefix(host.size());
  if (!is_address(AF_INET, host) && !is_name(host)) return std::nullopt;
  return host;
}

// What follows the host: nothing, or a colon and 1 to 65535 without leading zeros.
std::optional<std::uint16_t> read_port(std::string_view text, std::uint16_t otherwise) {
  if (text.empty()) return otherwise;
  if (text.size() < 2 || text.front() != ':' || text[1] == '0') return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

// RFC 3986, 3.3 and 3.4: pchar, '/', and '?' where the query may have it.
bool is_path_or_query(std::string_view text, bool query) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=:@/";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
      i += 2;
    } else if (!is_alnum(c) && kMarks.find(c) == std::string_view::npos && !(query && c == '?')) {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kMaxUrlBytes) return invalid("URL is larger than its bound");
  Url url;
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return invalid("URL is not absolute");
  url.scheme = lower_case(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return invalid("URL is neither http nor https");
  text.remove_prefix(colon + 3);

  const auto authority_end = std::min(text.find_first_of("/?#"), text.size());
  auto authority = text.substr(0, authority_end);
  text.remove_prefix(authority_end);
  auto host = take_host(authority);
  if (!host) return invalid("URL has no valid host");
  const auto port = read_port(authority, url.is_https() ? kHttpsPort : kHttpPort);
  if (!port) return invalid("URL has no valid port");
  url.host = *std::move(host);
  url.port = *port;

  const auto question = std::min(text.find('?'), text.size());
  url.path = text.substr(0, question);
  if (url.path.empty()) url.path = "/";
  if (question < text.size()) url.query = text.substr(question + 1);
  if (!is_path_or_query(url.path, false) || !is_path_or_query(url.query, true)) {
    return invalid("URL has a character that does not belong there");
  }
  return url;
}

std::string Url::origin() const {
  const bool is_address6 = host.find(':') != std::string::npos;
  std::string text = scheme + "://" + (is_address6 ? "[" + host + "]" : host);
  if (port != (is_https() ? kHttpsPort : kHttpPort)) text += ":" + std::to_string(port);
  return text;
}

std::string Url::target() const {
  return query.empty() ? path : path + "?" + query;
}

}  // namespace gateway::toolkit
