// IdTokenVerifier: ID tokens and session cookies of one Firebase project, by Google's signatures.
//
// A token with a key id that is known costs no I/O. One with an unknown key id may lead to one fetch of the
// keys, within the bounds of SigningKeys. RFC 7515, 7519, 8725; the rules of claims are in token_claims.hpp.
// Thread safety: full. Ownership: keys and host must outlive it. Errors: as SigningKeys.
#pragma once

#include <array>

#include <gateway/toolkit/jose/jwt.hpp>

#include "firebase_config.hpp"
#include "signing_keys.hpp"
#include "token_verifier.hpp"

namespace gateway::firebase {

class IdTokenVerifier final : public TokenVerifier {
 public:
  IdTokenVerifier(const Host& host, const FirebaseConfig& config, SigningKeys& token_keys,
                  SigningKeys& session_cookie_keys);

  Result<TokenVerdict> verify(std::string_view token, const CallContext& context) override;

 private:
  struct Issuer {
    Issuer(std::string name, const FirebaseConfig& config, SigningKeys& issuers_keys);
    TokenRules rules;
    toolkit::JwtPolicy policy;
    SigningKeys& keys;
  };

  Result<toolkit::JwtOutcome> check_signature(toolkit::UnverifiedJwt token, std::string_view text,
                                              const Issuer& issuer, std::int64_t now_s,
                                              const CallContext& context) const;

  const Host& host_;
  const std::array<Issuer, 2> issuers_;
};

}  // namespace gateway::firebase
