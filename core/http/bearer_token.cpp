#include "core/http/bearer_token.hpp"

#include <algorithm>

namespace gateway::http {

namespace {

// b64token of RFC 6750.
constexpr bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~' || c == '+' || c == '/' || c == '=';
}

bool well_formed(std::string_view token) {
  return !token.empty() && std::all_of(token.begin(), token.end(), is_token_char);
}

}  // namespace

std::optional<std::string_view> bearer_token(const Request& request) noexcept {
  const auto header = request.header("authorization");
  constexpr std::string_view kScheme = "Bearer ";
  if (!header || header->size() <= kScheme.size() || !iequals(header->substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  const std::string_view token = header->substr(kScheme.size());
  if (!well_formed(token)) return std::nullopt;
  return token;
}

std::optional<std::string_view> cookie(const Request& request, std::string_view name) noexcept {
  for (const HeaderField& field : request.headers) {
    if (!iequals(field.name, "cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t end = rest.find(';');
      std::string_view pair = rest.substr(0, end);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      while (!pair.empty() && pair.front() == ' ')
        pair.remove_prefix(1);
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      const std::string_view value = pair.substr(equals + 1);
      if (well_formed(value)) return value;
    }
  }
  return std::nullopt;
}

}  // namespace gateway::http
