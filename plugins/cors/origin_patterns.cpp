#include "origin_patterns.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace gateway::cors {

namespace {

// A scheme, a name of 253 bytes, a port: nothing longer is an origin.
constexpr std::size_t kMaxOriginBytes = 320;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Labels between single dots, none empty: "a", "a.b". Not ".a", "a..b", "a.", nor what holds anything else.
bool is_name(std::string_view name) noexcept {
  char before = '.';
  for (const char c : name) {
    if (c == '.' ? before == '.' : !is_lower(c) && !is_digit(c) && c != '-' && c != '_') return false;
    before = c;
  }
  return before != '.';
}

bool is_host(std::string_view host) noexcept {
  if (host.size() < 4 || host.front() != '[' || host.back() != ']') return is_name(host);
  const std::string_view address = host.substr(1, host.size() - 2);
  return std::all_of(address.begin(), address.end(),
                     [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.'; });
}

bool is_port(std::string_view port) noexcept {
  if (port.empty() || port.size() > 5 || port.front() == '0' ||
      !std::all_of(port.begin(), port.end(), is_digit))
    return false;
  return port.size() < 5 || port <= "65535";
}

bool is_scheme(std::string_view scheme) noexcept {
  return !scheme.empty() && is_lower(scheme.front()) && std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return is_lower(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

// Their origin is "null" in every browser.
bool is_opaque(std::string_view scheme) noexcept {
  constexpr std::array<std::string_view, 5> kOpaque{"file", "data", "blob", "javascript", "about"};
  return std::find(kOpaque.begin(), kOpaque.end(), scheme) != kOpaque.end();
}

bool is_own_port(std::string_view scheme, std::string_view port) noexcept {
  return (scheme == "https" && port == "443") || (scheme == "http" && port == "80");
}

// Everything below "com" or below an address is nobody's own.
bool may_have_wildcard(std::string_view domain) noexcept {
  if (!is_name(domain)) return false;
  if (domain == "localhost") return true;
  const std::size_t dot = domain.rfind('.');
  return dot != std::string_view::npos && !is_digit(domain[dot + 1]);
}

struct Parts {
  std::string_view scheme, host, port;  // port: empty where it is the scheme's own
};

// What is wrong with the entry, or nothing and its parts.
std::optional<std::string_view> split(std::string_view entry, Parts& parts) {
  const std::size_t colon = entry.find("://");
  if (colon == std::string_view::npos)
    return entry == "null" ? "any sandboxed frame has that origin" : "it has no scheme, such as https://";
  parts.scheme = entry.substr(0, colon);
  if (!is_scheme(parts.scheme)) return "its scheme is none";
  if (is_opaque(parts.scheme)) return "pages of that scheme have the origin null, which is never allowed";
  const std::string_view authority = entry.substr(colon + 3);
  if (authority.find_first_of("/?#") != std::string_view::npos)
    return "an origin ends with its host or port: no slash, path or query";
  if (authority.find('@') != std::string_view::npos) return "an origin holds no user";
  const std::size_t bracket = authority.rfind(']');
  const std::size_t port = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  parts.host = authority.substr(0, port);
  if (port != std::string_view::npos) {
    parts.port = authority.substr(port + 1);
    if (!is_port(parts.port)) return "its port is none (1 to 65535)";
    if (is_own_port(parts.scheme, parts.port)) parts.port = {};
  }
  if (parts.host.substr(0, 2) == "*.") {
    if (!may_have_wildcard(parts.host.substr(2)))
      return "a wildcard stands for the subdomains of a domain of at least two labels, such as *.example.com";
  } else if (parts.host.find('*') != std::string_view::npos) {
    return "a star stands only in front of a domain, as in https://*.example.com, or alone";
  } else if (!is_host(parts.host)) {
    return "its host is none (other letters than a-z in their xn-- form)";
  }
  return std::nullopt;
}

bool starts_with(std::string_view text, std::string_view prefix) noexcept {
  return text.substr(0, prefix.size()) == prefix;
}

bool ends_with(std::string_view text, std::string_view suffix) noexcept {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

}  // namespace

OriginPatterns::OriginPatterns(const std::vector<std::string>& entries, ConfigFaults& faults) {
  for (std::size_t i = 0; i < entries.size(); ++i)
    add(entries[i], "AllowedOrigins:" + std::to_string(i), faults);
}

void OriginPatterns::add(std::string_view entry, const std::string& key, ConfigFaults& faults) {
  if (entry == "*") {
    any_ = true;
    return;
  }
  const std::string text = lowered(entry);
  Parts parts;
  auto wrong = split(text, parts);
  if (!wrong && text.size() > kMaxOriginBytes) wrong = "it is longer than any origin";
  if (wrong) {
    // User information in front of a host may be a password.
    faults.add(
        key,
        (entry.find('@') == std::string_view::npos ? '"' + std::string(entry) + '"' : "what stands here") +
            " is not an origin: " + std::string(*wrong),
        "write it as browsers do, https://app.example.com, with a port where it has one of its own");
    return;
  }
  std::string scheme = std::string(parts.scheme) + "://";
  const std::string port = parts.port.empty() ? std::string() : ":" + std::string(parts.port);
  if (parts.host.front() == '*') {
    wildcards_.push_back({std::move(scheme), std::string(parts.host.substr(1)) + port});
  } else {
    origins_.push_back(scheme + std::string(parts.host) + port);
  }
}

bool OriginPatterns::allow(std::string_view origin) const noexcept {
  if (origin.empty() || origin.size() > kMaxOriginBytes || origin == "null") return false;
  if (any_) return true;
  if (std::find(origins_.begin(), origins_.end(), origin) != origins_.end()) return true;
  return std::any_of(wildcards_.begin(), wildcards_.end(), [&](const Wildcard& wildcard) {
    if (!starts_with(origin, wildcard.scheme) || !ends_with(origin, wildcard.rest)) return false;
    if (origin.size() <= wildcard.scheme.size() + wildcard.rest.size()) return false;
    // Only what is a name is a subdomain: "evil.example/.example.com" is none.
    return is_name(
        origin.substr(wildcard.scheme.size(), origin.size() - wildcard.scheme.size() - wildcard.rest.size()));
  });
}

}  // namespace gateway::cors
