// EmulatorTokenVerifier: the tokens of the Firebase Auth emulator, which nobody has signed.
//
// For development on one machine. Anybody can write such a token, so each is also looked up: the account must
// exist in the emulator, be enabled, and not have ended its sessions since. It accepts `alg` "none" with an
// empty signature and nothing else, and exists only in a provider whose configuration says
// Emulator:AllowUnsignedTokens (firebase_config.cpp). It never sees a real token, and IdTokenVerifier never
// sees one of these. Thread safety: full. Ownership: host and identity_toolkit must outlive it. Errors: the
// emulator's.
#pragma once

#include <array>

#include "firebase_config.hpp"
#include "identity_toolkit.hpp"
#include "token_verifier.hpp"

namespace gateway::firebase {

class EmulatorTokenVerifier final : public TokenVerifier {
 public:
  EmulatorTokenVerifier(const Host& host, const FirebaseConfig& config,
                        const IdentityToolkit& identity_toolkit);

  Result<TokenVerdict> verify(std::string_view token, const CallContext& context) override;

 private:
  const Host& host_;
  const IdentityToolkit& identity_toolkit_;
  const std::array<TokenRules, 2> rules_;
};

}  // namespace gateway::firebase
