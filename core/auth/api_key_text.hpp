// What a key of a machine caller looks like: igk_<id>_<secret>, where the id is 64 random bits in lower-case
// hexadecimal, which may be seen, and the secret 256 random bits in base64url. Of one length, so that nothing
// is to be parsed; what storage holds is the SHA-256 of the whole text, which needs no salt and no slow hash,
// since nobody guesses 256 bits, and which binds the secret to its id.
// Thread safety: pure functions. Errors: Unavailable when there is no randomness.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gateway/result.hpp>
#include <gateway/secret.hpp>

#include "core/runtime/random.hpp"

namespace gateway::auth {

inline constexpr std::size_t kApiKeyBytes = 64;
inline constexpr std::size_t kApiKeyIdBytes = 16;

struct NewApiKeyText {
  std::string id;
  Secret key;
};

Result<NewApiKeyText> new_api_key_text(runtime::Random& random);

// The id of what has the form of a key; a view into it.
std::optional<std::string_view> api_key_id(std::string_view key) noexcept;
// Of what has the form of an id.
bool is_api_key_id(std::string_view text) noexcept;

std::string api_key_digest(std::string_view key);

}  // namespace gateway::auth
