// The two forms of a P-256 signature: JWS has r || s (RFC 7518, section 3.4), OpenSSL wants the DER of RFC
// 3279.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::toolkit {

struct EcdsaDer {
  std::array<std::uint8_t, 72> bytes{};  // 2 + 2 * (2 + 1 + 32)
  std::size_t size = 0;
};

// nullopt unless `raw` is exactly 64 bytes with r and s in [1, n-1].
std::optional<EcdsaDer> ecdsa_raw_to_der(std::string_view raw);

// nullopt unless `der` is the DER of two numbers that fit in 32 bytes each.
std::optional<std::string> ecdsa_der_to_raw(std::string_view der);

}  // namespace gateway::toolkit
