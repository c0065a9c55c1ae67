// Authenticated encryption with AES-256-GCM (NIST SP 800-38D), for secrets at rest.
//
// The caller draws the nonce: 12 bytes that never come twice with one key; random ones are good for some
// 2^32 messages (section 8.3 there). `associated` is not hidden but bound: what was sealed for one place does
// not open at another. Thread safety: pure functions. Errors: open() is nullopt for a wrong key, a changed
// text or another `associated`, which cannot be told apart; keys and nonces of the wrong size end the
// process.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <gateway/secret.hpp>

namespace gateway::toolkit {

constexpr std::size_t kAeadKeyBytes = 32;
constexpr std::size_t kAeadNonceBytes = 12;

// nonce || ciphertext || 16 bytes of tag.
std::string aead_seal(const Secret& key, std::string_view nonce, std::string_view associated,
                      const Secret& plain);
std::optional<Secret> aead_open(const Secret& key, std::string_view associated, std::string_view sealed);

}  // namespace gateway::toolkit
