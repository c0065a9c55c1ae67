// AccountService: sign-up, sign-in, refresh, password change and logout, over whatever provider is selected.
//
// Sign-up spans two systems, the provider and the storage. Where the storage refuses the user for certain,
// the provider's account is removed again; where it is unknown whether the storage took it, nothing is
// removed, and the next login finds the user or makes it. So an account never stays without a user. Thread
// safety: all members from any thread; they block: worker only.
#pragma once

#include <optional>
#include <string>

#include "core/auth/account_directory.hpp"
#include "core/auth/attempt_throttle.hpp"
#include "core/auth/audit_log.hpp"
#include "core/auth/password_policy.hpp"
#include "core/auth/sign_in_completion.hpp"
#include "core/http/caller.hpp"

namespace gateway::auth {

// As the client sent it: an empty text is a missing one, and nothing has been validated.
struct SignUpRequest {
  std::string email;
  Secret password;
  std::optional<std::string> full_name;
  std::optional<std::string> phone_number;
  std::string user_type;
};

class AccountService {
 public:
  AccountService(Store& store, const ProviderDirectory& providers, AccountDirectory& directory,
                 SessionService& sessions, SignInCompletion& completion, AttemptThrottle& attempts,
                 AuditLog& audit, const runtime::Clock& clock, runtime::Logger& logger,
                 const TokenOptions& tokens, const UserOptions& users, const PasswordOptions& passwords);

  http::Outcome<SignedIn> sign_up(const SignUpRequest& request, const RequestScope& scope);
  http::Outcome<SignedIn> sign_in(const std::string& email, const Secret& password,
                                  const RequestScope& scope);
  http::Outcome<TokenSet> refresh(const Secret& refresh_token, const RequestScope& scope);
  http::Outcome<TokenSet> change_password(const http::Caller& caller, const Secret& current,
                                          const Secret& replacement, const RequestScope& scope);
  // Whether refresh() and log_out() ask the provider: it, not the gateway, keeps the sessions.
  bool provider_keeps_sessions() const noexcept { return issuer_ == TokenIssuer::Provider; }
  http::Outcome<Done> log_out(const http::Caller& caller, bool everywhere, const RequestScope& scope);

 private:
  http::Outcome<Done> validate(const SignUpRequest& request) const;
  http::Outcome<SignedIn> sign_in_now(plugin::PluginInstance& provider, const std::string& email,
                                      const Secret& password, const RequestScope& scope);
  http::Outcome<Authenticated> check_password(plugin::PluginInstance& provider, const std::string& email,
                                              const Secret& password, const RequestScope& scope);
  void note_rejection(const plugin::PluginInstance& provider, const std::string& email, RejectReason reason,
                      const RequestScope& scope);
  http::Outcome<TokenSet> change_password_now(plugin::PluginInstance& provider, const http::Caller& caller,
                                              const ChangePassword& change, const RequestScope& scope);
  void remove_account(plugin::PluginInstance& provider, const std::string& subject,
                      const RequestScope& scope);
  http::Outcome<Done> end_provider_sessions(const http::Caller& caller, const RequestScope& scope);

  Store& store_;
  const ProviderDirectory& providers_;
  AccountDirectory& directory_;
  SessionService& sessions_;
  SignInCompletion& completion_;
  AttemptThrottle& attempts_;
  AuditLog& audit_;
  const runtime::Clock& clock_;
  runtime::Logger& logger_;
  const TokenIssuer issuer_;
  const UserOptions users_;
  const PasswordPolicy passwords_;
};

}  // namespace gateway::auth
