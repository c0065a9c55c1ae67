// The password hash that Firebase Authentication exports: scrypt (RFC 7914) derives a key from password and
// salt, and the project's signer key encrypted with it (AES-256-CTR, counter zero) is the hash.
//
// One call takes 128 * rounds * 2^memory_cost bytes, 16 MiB with what Google uses. Thread safety: pure
// functions. Errors: nullopt for parameters beyond the bounds, an empty key, or when memory is short.
// Source: https://github.com/firebase/scrypt; the bounds are those of the Admin SDK's import.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gateway/secret.hpp>

namespace gateway::toolkit {

struct FirebaseScryptParameters {
  Secret signer_key;           // bytes; at most 256
  std::string salt_separator;  // bytes; at most 64
  std::uint32_t rounds = 8;
  std::uint32_t memory_cost = 14;  // the logarithm, to base 2
};

inline constexpr std::uint32_t kMaxFirebaseRounds = 8;
inline constexpr std::uint32_t kMaxFirebaseMemoryCost = 14;

// As long as the signer key. To be compared in constant time (sha256.hpp).
std::optional<Secret> firebase_scrypt(std::string_view password, std::string_view salt,
                                      const FirebaseScryptParameters& parameters);

}  // namespace gateway::toolkit
