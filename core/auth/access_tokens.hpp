// AccessTokens: makes and checks the gateway's own access tokens (RFC 9068: typ at+jwt).
//
// verify() says whether the token is genuine and in time; whether its session still exists is the
// authenticator's question. Thread safety: all members from any thread; both burn a signature's time: worker
// only.
#pragma once

#include <string>
#include <string_view>

#include <gateway/store/sessions.hpp>
#include <gateway/toolkit/jose/jwt.hpp>

#include "core/auth/key_ring.hpp"
#include "core/auth/options.hpp"

namespace gateway::auth {

struct AccessToken {
  Secret text;
  std::int64_t expires_in_s = 0;
};

class AccessTokens {
 public:
  AccessTokens(const KeyRing& keys, const runtime::Clock& clock, runtime::Random& random,
               const TokenOptions& options);

  Result<AccessToken> issue(const store::User& user, const store::Session& session) const;

  // True when the token says it is one of ours; nothing in it is believed yet.
  bool claims_to_be_ours(toolkit::UnverifiedJwt& token) const { return token.issuer() == policy_.issuer; }
  toolkit::JwtOutcome verify(toolkit::UnverifiedJwt token) const;

 private:
  const KeyRing& keys_;
  const runtime::Clock& clock_;
  runtime::Random& random_;
  const TokenOptions options_;
  const toolkit::JwtPolicy policy_;
};

}  // namespace gateway::auth
