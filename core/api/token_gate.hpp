// TokenGate: the pipeline's token verifier, filled in by the auth room's authenticator.
// Thread safety: all members from any thread. Ownership: refers to the authenticator.
#pragma once

#include "core/api/scope.hpp"
#include "core/auth/authenticator.hpp"
#include "core/http/token_verifier.hpp"

namespace gateway::api {

class TokenGate final : public http::TokenVerifier {
 public:
  explicit TokenGate(auth::Authenticator& authenticator) : authenticator_(authenticator) {}

  http::CallerPtr cached(std::string_view token, http::TokenFingerprint& fingerprint) noexcept override {
    fingerprint = auth::VerifiedTokenCache::key_of(token);
    return authenticator_.cached(fingerprint);
  }
  http::Outcome<http::CallerPtr> verify(std::string_view token,
                                        const http::RequestContext& context) override {
    return authenticator_.authenticate(Secret(std::string(token)), context.token_fingerprint,
                                       scope_of(context));
  }

 private:
  auth::Authenticator& authenticator_;
};

}  // namespace gateway::api
