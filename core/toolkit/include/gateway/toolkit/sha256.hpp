// SHA-256 (FIPS 180-4), HMAC-SHA256 (RFC 2104) and comparison in constant time.
//
// sha256 is on the hot path (the key of the verified-token cache): the algorithm is fetched once and each
// thread keeps its context, so a call neither looks anything up nor allocates.
// Thread safety: all functions, from any thread.
// Errors: none; a broken OpenSSL ends the process.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gateway::toolkit {

using Sha256Digest = std::array<std::uint8_t, 32>;

Sha256Digest sha256(std::string_view bytes);

Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes);

// True when both hold the same bytes. The time depends on the sizes only, which are not secret.
bool constant_time_equal(std::string_view a, std::string_view b) noexcept;

// The digest's bytes, e.g. for base64url_encode. A view: valid as long as the digest.
inline std::string_view view_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace gateway::toolkit
