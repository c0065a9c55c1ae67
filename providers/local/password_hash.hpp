// Argon2id password hashes (RFC 9106) in the PHC string format.
//
// The parameters of a stored hash are bounded before any work is done with it: a row that somebody wrote must
// not make a login take a gigabyte or a minute. Passwords come in normalised (normalise.hpp) and are used
// whole, NUL bytes included. Thread safety: immutable; each call takes memory_kib of its own while it runs.
// Errors: Malformed for a stored hash that is not acceptable, Overloaded when memory is short.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <gateway/result.hpp>
#include <gateway/secret.hpp>

namespace gateway::local {

struct HashParameters {
  std::uint32_t memory_kib = 19'456;  // the defaults follow the OWASP password storage cheat sheet
  std::uint32_t iterations = 2;
  std::uint32_t parallelism = 1;
  bool operator==(const HashParameters&) const = default;
};

inline constexpr HashParameters kMinParameters{.memory_kib = 8, .iterations = 1, .parallelism = 1};
inline constexpr HashParameters kMaxParameters{.memory_kib = 262'144, .iterations = 16, .parallelism = 8};
inline constexpr std::size_t kSaltBytes = 16;

// The parameters of an acceptable Argon2id hash; nullopt for anything else.
std::optional<HashParameters> parameters_of(std::string_view phc);

Result<Secret> hash_password(std::string_view password, std::span<const std::uint8_t, kSaltBytes> salt,
                             const HashParameters& parameters);

// Whether the password is the hashed one. Compares in constant time.
Result<bool> verify_password(std::string_view password, const Secret& phc);

}  // namespace gateway::local
