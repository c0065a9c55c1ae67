#include "core/auth/api_key_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/sha256.hpp>

namespace gateway::auth {

namespace {

constexpr std::string_view kPrefix = "igk_";
constexpr std::size_t kSecretBytes = 43;  // of 32 bytes, in base64url
static_assert(kPrefix.size() + kApiKeyIdBytes + 1 + kSecretBytes == kApiKeyBytes);

bool is_base64url(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

Result<NewApiKeyText> new_api_key_text(runtime::Random& random) {
  std::array<std::uint8_t, kApiKeyIdBytes / 2> id{};
  std::array<char, 32> secret{};
  if (!random.fill(id.data(), id.size()) || !random.fill(secret.data(), secret.size()))
    return unavailable("no randomness available");
  constexpr std::string_view kDigits = "0123456789abcdef";
  NewApiKeyText made;
  for (const std::uint8_t byte : id) {
    made.id.push_back(kDigits[byte >> 4U]);
    made.id.push_back(kDigits[byte & 15U]);
  }
  made.key = Secret(std::string(kPrefix) + made.id + "_" +
                    toolkit::base64url_encode({secret.data(), secret.size()}));
  return made;
}

bool is_api_key_id(std::string_view text) noexcept {
  return text.size() == kApiKeyIdBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::optional<std::string_view> api_key_id(std::string_view key) noexcept {
  if (key.size() != kApiKeyBytes || key.substr(0, kPrefix.size()) != kPrefix) return std::nullopt;
  const std::string_view id = key.substr(kPrefix.size(), kApiKeyIdBytes);
  const std::string_view secret = key.substr(kApiKeyBytes - kSecretBytes);
  if (!is_api_key_id(id) || key[kPrefix.size() + kApiKeyIdBytes] != '_' ||
      !std::all_of(secret.begin(), secret.end(), is_base64url))
    return std::nullopt;
  return id;
}

std::string api_key_digest(std::string_view key) {
  return toolkit::base64url_encode(toolkit::view_of(toolkit::sha256(key)));
}

}  // namespace gateway::auth
