// The host's service for keys of machine callers, which policies reach with Host::call: whether a key that
// came with a request is good, and what for. What is stored of the key never crosses.
//
// The host may answer from memory what storage said up to max_age_ms ago; a revocation that it hears of ends
// that at once. A key's end by time is never overlooked. Answered to policies only; Unsupported otherwise.
// Thread safety, errors: as Host::call. An error means that it could not be decided: nobody is to be
// admitted.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gateway/call.hpp>

namespace gateway {

// What a key may be good for, as RFC 6749, section 3.3 has scopes: visible ASCII without quotation mark and
// backslash. A key has at most so many, all different.
inline constexpr std::size_t kMaxApiKeyScopes = 32;
constexpr bool is_api_key_scope(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != '"' && c != '\\';
  });
}

// Nothing more is said: unknown, wrong, revoked and expired look the same.
struct ApiKeyRefused {
  static constexpr std::string_view kTag = "refused";
  template <class Self, class Fields>
  static void fields(Self&, Fields&) {}
};

struct ApiKeyAccepted {
  static constexpr std::string_view kTag = "accepted";
  std::string id;  // public
  std::vector<std::string> scopes;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
    f.required("scopes", self.scopes);
  }
};

struct AuthenticateApiKey {
  static constexpr std::string_view kOperation = "api_keys.authenticate";
  using Reply = std::variant<ApiKeyRefused, ApiKeyAccepted>;
  Secret key;                   // as it came
  std::int64_t max_age_ms = 0;  // 0: storage is asked
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("key", self.key);
    f.optional("max_age_ms", self.max_age_ms);
  }
};

}  // namespace gateway
