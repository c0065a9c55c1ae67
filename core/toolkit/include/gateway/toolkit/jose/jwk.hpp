// Jwk: a verification key with its name, and its JSON form (RFC 7517, RFC 7518 section 6, RFC 8037).
//
// parse_jwk has two ways to say no. Unsupported: this key is not for us (another kty, curve, use or
// algorithm; a weak or broken key; no kid), the keys beside it may be. Invalid: whoever published this must
// not be trusted with any key (a symmetric key, a private key, a kid beyond its bound, a document of the
// wrong shape). `use`, `key_ops` and `alg` are honoured where present: "sig", "verify" and the key's own
// algorithm.
// Thread safety: plain values and pure functions.
#pragma once

#include <cstddef>
#include <string>

#include <gateway/json.hpp>
#include <gateway/result.hpp>
#include <gateway/toolkit/jose/public_key.hpp>

namespace gateway::toolkit {

constexpr std::size_t kMaxKeyIdBytes = 256;

struct Jwk {
  std::string key_id;
  PublicKey key;
};

Result<Jwk> parse_jwk(const rapidjson::Value& json);

// With kid, alg and use "sig".
std::string to_json(const Jwk& jwk);

}  // namespace gateway::toolkit
