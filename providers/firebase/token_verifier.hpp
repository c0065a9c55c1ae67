// TokenVerifier: whether a token is one of this project's and good. Two classes implement it, which share no
// code that looks at a signature: IdTokenVerifier for Google, EmulatorTokenVerifier for the emulator. Which
// of them a provider has is decided once, by its configuration, and never by a token.
//
// Thread safety: full. Errors: the question could not be settled (no keys, no answer).
#pragma once

#include <string_view>
#include <variant>

#include <gateway/call.hpp>

#include "token_claims.hpp"

namespace gateway::firebase {

using TokenVerdict = std::variant<Rejected, NotApplicable, VerifiedToken>;

class TokenVerifier {
 public:
  TokenVerifier() = default;
  TokenVerifier(const TokenVerifier&) = delete;
  TokenVerifier& operator=(const TokenVerifier&) = delete;
  virtual ~TokenVerifier() = default;

  // NotApplicable: no token, or one of another issuer.
  virtual Result<TokenVerdict> verify(std::string_view token, const CallContext& context) = 0;
};

}  // namespace gateway::firebase
