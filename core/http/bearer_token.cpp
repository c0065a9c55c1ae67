#include "core/http/bearer_token.hpp"

#include <algorithm>
#include <array>

namespace gateway::http {

namespace {

// b64token of RFC 6750, as a table: every request's token is looked at, character by character.
constexpr std::array<bool, 256> kTokenCharacters = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("-._~+/=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

bool well_formed(std::string_view token) {
  return !token.empty() && std::all_of(token.begin(), token.end(), [](char c) {
    return kTokenCharacters[static_cast<unsigned char>(c)];
  });
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
  std::optional<std::string_view> found;
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
      if (pair.substr(0, equals) != name) continue;
      if (found) return std::nullopt;
      found = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    }
  }
  if (!found || !well_formed(*found)) return std::nullopt;
  return found;
}

}  // namespace gateway::http
