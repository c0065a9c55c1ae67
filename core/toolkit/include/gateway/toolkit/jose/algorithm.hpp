// The signature algorithms the gateway signs and verifies with (RFC 7518, RFC 8037).
//
// The list is the allow-list of last resort: "none" and the HMAC family have no value here, so no
// configuration and no token can select them.
// Thread safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gateway::toolkit {

enum class JwsAlgorithm : std::uint8_t { ES256, RS256, EdDSA };

constexpr std::string_view to_string(JwsAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case JwsAlgorithm::ES256:
      return "ES256";
    case JwsAlgorithm::RS256:
      return "RS256";
    case JwsAlgorithm::EdDSA:
      return "EdDSA";
  }
  return "";
}

// Byte for byte: "es256" and " ES256" are not ES256.
constexpr std::optional<JwsAlgorithm> parse_jws_algorithm(std::string_view name) noexcept {
  for (const JwsAlgorithm algorithm : {JwsAlgorithm::ES256, JwsAlgorithm::RS256, JwsAlgorithm::EdDSA}) {
    if (name == to_string(algorithm)) return algorithm;
  }
  return std::nullopt;
}

}  // namespace gateway::toolkit
