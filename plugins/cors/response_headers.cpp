#include "response_headers.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace gateway::cors {

namespace {

using Texts = std::vector<std::string>;

const Texts& default_methods() {
  static const Texts texts{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  return texts;
}

const Texts& default_headers() {
  static const Texts texts{"Authorization", "Content-Type", "X-Request-Id"};
  return texts;
}

const Texts& default_exposed() {
  static const Texts texts{
      "X-Request-Id",      "Retry-After",      "X-RateLimit-Limit", "X-RateLimit-Remaining",
      "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit"};
  return texts;
}

// RFC 9110, section 5.6.2, without '*': that is a wildcard to browsers, and not one for Authorization.
bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && std::string_view("!#$%&'+-.^_`|~").find(c) != std::string_view::npos);
  });
}

// No browser sends them, whatever is answered (Fetch standard, section 2.2.1).
bool is_forbidden(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 3> kForbidden{"CONNECT", "TRACE", "TRACK"};
  return std::find(kForbidden.begin(), kForbidden.end(), method) != kForbidden.end();
}

// An empty list is one that was meant; a missing one has the defaults.
Texts list_of(const PluginConfig& config, std::string_view name, const Texts& defaults) {
  return member(config.json(), name) == nullptr ? defaults : config.texts(name);
}

std::string joined(std::string_view key, const Texts& texts) {
  std::string line;
  for (const std::string& text : texts) {
    if (!is_token(text)) {
      throw ConfigError(std::string(key) + ": \"" + text + "\" is no name: write each one out" +
                        (text == "*" ? " (to a browser a star does not stand for Authorization)" : ""));
    }
    if (!line.empty()) line += ", ";
    line += text;
  }
  return line;
}

}  // namespace

ResponseHeaders::ResponseHeaders(const PluginConfig& config) {
  const Texts methods_allowed = list_of(config, "AllowedMethods", default_methods());
  for (const std::string& method : methods_allowed) {
    if (is_forbidden(method)) throw ConfigError("AllowedMethods: no browser sends " + method);
  }
  methods = joined("AllowedMethods", methods_allowed);
  headers = joined("AllowedHeaders", list_of(config, "AllowedHeaders", default_headers()));
  exposed = joined("ExposedHeaders", list_of(config, "ExposedHeaders", default_exposed()));
  max_age_s = std::to_string(config.integer("MaxAgeSeconds", 600));
}

}  // namespace gateway::cors
