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

bool has_lower_case(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// An empty list is one that was meant; a missing one has the defaults.
Texts list_of(const PluginConfig& config, std::string_view name, const Texts& defaults) {
  return member(config.json(), name) == nullptr ? defaults : config.texts(name);
}

// What keeps browsers from taking this method or header, or nothing.
std::string problem_with(const std::string& text, std::string_view key) {
  if (!is_token(text)) return '"' + text + "\" is no name";
  if (key == "AllowedMethods" && is_forbidden(text)) return '"' + text + "\" is sent by no browser";
  // Methods compare with their case (Fetch standard, section 4.9), and pages that write put send PUT.
  if (key == "AllowedMethods" && has_lower_case(text)) return '"' + text + "\" is not how browsers send it";
  return {};
}

std::string hint_for(std::string_view text) {
  if (text == "*") return "write each one out: to a browser a star does not stand for Authorization";
  if (is_token(text) && has_lower_case(text)) return "write it in upper case";
  return is_token(text) ? "leave it out" : "write one name in each entry, without spaces and commas";
}

std::string joined(const PluginConfig& config, const std::string& key, const Texts& defaults,
                   ConfigFaults& faults) {
  const Texts texts = list_of(config, key, defaults);
  std::string line;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string problem = problem_with(texts[i], key);
    if (!problem.empty()) faults.add(key + ':' + std::to_string(i), problem, hint_for(texts[i]));
    if (!line.empty()) line += ", ";
    line += texts[i];
  }
  return line;
}

}  // namespace

ResponseHeaders::ResponseHeaders(const PluginConfig& config, ConfigFaults& faults)
    : methods(joined(config, "AllowedMethods", default_methods(), faults)),
      headers(joined(config, "AllowedHeaders", default_headers(), faults)),
      exposed(joined(config, "ExposedHeaders", default_exposed(), faults)),
      max_age_s(std::to_string(config.integer("MaxAgeSeconds", 600))) {}

}  // namespace gateway::cors
