// SignInCompletion: what follows once a provider has said who somebody is: the user is found or made, has to
// be active, and gets tokens. Every way to sign in ends here. Thread safety: all members from any thread;
// they block on storage and providers: worker only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/auth/account_directory.hpp"
#include "core/auth/audit_log.hpp"
#include "core/auth/session_service.hpp"

namespace gateway::auth {

struct SignedIn {
  store::User user;
  std::optional<TokenSet> tokens;  // absent when the account exists but no session could be opened: sign in
};

// When the check began (of a token: authenticated_at_ms()), and what it is called in the audit log.
struct SignInCheck {
  std::int64_t began_ms = 0;  // wall clock
  std::string_view action = "sign_in";
};

class SignInCompletion {
 public:
  SignInCompletion(Store& store, AccountDirectory& directory, SessionService& sessions, AuditLog& audit,
                   const runtime::Clock& clock, const TokenOptions& options);

  // InvalidCredentials where the account changed while it was being checked. `hints` serve a user that is
  // made.
  http::Outcome<SignedIn> complete(const std::string& provider, const Authenticated& authenticated,
                                   const ProfileHints& hints, const SignInCheck& check,
                                   const RequestScope& scope);

  // The provider's own tokens where those are in use, else a new session of the gateway.
  http::Outcome<TokenSet> grant(const store::User& user, const std::string& provider,
                                const Authenticated& authenticated, std::int64_t authenticated_at_ms,
                                const RequestScope& scope);

 private:
  Store& store_;
  AccountDirectory& directory_;
  SessionService& sessions_;
  AuditLog& audit_;
  const runtime::Clock& clock_;
  const TokenIssuer issuer_;
};

}  // namespace gateway::auth
