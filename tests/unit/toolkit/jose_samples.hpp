// Keys, tokens and claims the JOSE tests share. Keys are made once per process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/jose/jwk_set.hpp>
#include <gateway/toolkit/jose/jwt.hpp>
#include <gateway/toolkit/jose/private_key.hpp>

namespace gateway::toolkit::samples {

inline const PrivateKey& key_of(JwsAlgorithm algorithm) {
  static const PrivateKey es256 = PrivateKey::generate(JwsAlgorithm::ES256).value();
  static const PrivateKey rs256 = PrivateKey::generate(JwsAlgorithm::RS256).value();
  static const PrivateKey eddsa = PrivateKey::generate(JwsAlgorithm::EdDSA).value();
  switch (algorithm) {
    case JwsAlgorithm::ES256:
      return es256;
    case JwsAlgorithm::RS256:
      return rs256;
    case JwsAlgorithm::EdDSA:
      return eddsa;
  }
  return es256;
}

// The three keys under the ids "ES256", "RS256" and "EdDSA".
inline const JwkSet& all_keys() {
  static const JwkSet set = [] {
    std::vector<Jwk> keys;
    for (const auto algorithm : {JwsAlgorithm::ES256, JwsAlgorithm::RS256, JwsAlgorithm::EdDSA}) {
      keys.push_back({std::string(to_string(algorithm)), key_of(algorithm).public_key()});
    }
    return JwkSet::from_keys(std::move(keys)).value();
  }();
  return set;
}

// Signs whatever it is given: header and payload need not be JSON.
inline std::string sign_raw(const PrivateKey& key, std::string_view header, std::string_view payload) {
  const std::string input = base64url_encode(header) + "." + base64url_encode(payload);
  return input + "." + base64url_encode(key.sign(input).value());
}

constexpr std::int64_t kNow = 1'700'000'000;

constexpr std::string_view kHeader = R"({"alg":"ES256","kid":"ES256","typ":"at+jwt"})";

// kNow lies well inside its life.
constexpr std::string_view kClaims =
    R"({"iss":"https://issuer.example","aud":"api","sub":"user-1","iat":1699999990,"exp":1700000300})";

inline JwtPolicy policy() {
  JwtPolicy policy;
  policy.issuer = "https://issuer.example";
  policy.audiences = {"api"};
  policy.algorithms = {JwsAlgorithm::ES256};
  policy.types = {"at+jwt"};
  return policy;
}

inline std::string signed_token(std::string_view header = kHeader, std::string_view claims = kClaims) {
  return sign_raw(key_of(JwsAlgorithm::ES256), header, claims);
}

// The reason's name, or "accepted": reads well in a failed expectation.
inline std::string name_of(const JwtOutcome& outcome) {
  const auto* rejected = std::get_if<JwtRejected>(&outcome);
  return rejected == nullptr ? "accepted" : std::string(to_string(rejected->reason));
}

inline std::string verdict(std::string_view token, const JwtPolicy& by = policy(),
                           std::int64_t now_s = kNow) {
  return name_of(verify_jwt(token, all_keys(), by, now_s));
}

}  // namespace gateway::toolkit::samples
