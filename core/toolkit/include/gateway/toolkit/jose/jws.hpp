// JWS in its compact form: exactly header.payload.signature (RFC 7515, section 7.1).
//
// parse_jws is strict: canonical base64url, exactly three segments (an empty payload is allowed, an empty
// signature is not), a header that is one JSON object without duplicate names, every `crit` refused (no
// extension is understood). `jwk`, `jku`, `x5u` and `x5c` in a header are ignored: a token does not bring
// the key that judges it. Nothing parse_jws returns is to be believed before
// PublicKey::verify(signing_input, signature) has said yes.
// Thread safety: pure functions.
// Ownership: signing_input is a view into the token.
// Errors: Invalid; the detail names the fault, never the content.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <gateway/result.hpp>
#include <gateway/toolkit/jose/algorithm.hpp>
#include <gateway/toolkit/jose/private_key.hpp>

namespace gateway::toolkit {

constexpr std::size_t kMaxTokenBytes = 16 * 1024;

struct JwsHeader {
  std::optional<JwsAlgorithm> algorithm;  // nullopt: a name that is not one of ours, "none" for example
  std::string key_id;                     // empty: absent
  std::string type;                       // `typ`, empty: absent
};

struct Jws {
  JwsHeader header;
  std::string payload;
  std::string_view signing_input;
  std::string signature;
};

Result<Jws> parse_jws(std::string_view token);

// `algorithm` is taken from the key. An empty key_id or type is left out.
Result<std::string> sign_jws(const PrivateKey& key, std::string_view key_id, std::string_view type,
                             std::string_view payload);

}  // namespace gateway::toolkit
