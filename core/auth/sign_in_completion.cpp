#include "core/auth/sign_in_completion.hpp"

#include <utility>

#include "core/auth/problems.hpp"

namespace gateway::auth {

SignInCompletion::SignInCompletion(Store& store, AccountDirectory& directory, SessionService& sessions,
                                   AuditLog& audit, const runtime::Clock& clock, const TokenOptions& options)
    : store_(store),
      directory_(directory),
      sessions_(sessions),
      audit_(audit),
      clock_(clock),
      issuer_(options.issuer) {}

http::Outcome<SignedIn> SignInCompletion::complete(const std::string& provider,
                                                   const Authenticated& authenticated,
                                                   const ProfileHints& hints, const SignInCheck& check,
                                                   const RequestScope& scope) {
  auto user = directory_.find_or_provision(provider, authenticated.account, hints, check.began_ms, scope);
  if (!user) return user.error();
  if (user->status != store::UserStatus::Active) {
    audit_.record("sign_in.rejected", user->id, {}, scope,
                  audit_detail({{"provider", provider}, {"reason", name_of(RejectReason::AccountDisabled)}}));
    return http::Problem(http::ErrorCode::UserDisabled);
  }
  if (is_over(*user, provider, authenticated)) return http::Problem(http::ErrorCode::InvalidCredentials);
  const std::int64_t opened_ms = opened_as_of_ms(*user, provider, authenticated, check.began_ms);
  auto tokens = grant(*user, provider, authenticated, opened_ms, scope);
  if (!tokens) return tokens.error();

  store::UpdateUser seen;
  seen.id = user->id;
  seen.last_login_at_ms = clock_.wall_ms();
  seen.now_ms = clock_.wall_ms();
  if (auto updated = store_.update_user(seen, scope.call); updated) {
    if (auto* row = std::get_if<store::UserRow>(&*updated)) *user = std::move(row->user);
  }
  audit_.record(check.action, user->id, {}, scope, audit_detail({{"provider", provider}}));
  return SignedIn{std::move(*user), std::move(*tokens)};
}

http::Outcome<TokenSet> SignInCompletion::grant(const store::User& user, const std::string& provider,
                                                const Authenticated& authenticated,
                                                std::int64_t authenticated_at_ms, const RequestScope& scope) {
  if (issuer_ == TokenIssuer::Provider && authenticated.tokens) {
    const ProviderTokens& tokens = *authenticated.tokens;
    return TokenSet{tokens.id_token, tokens.refresh_token, tokens.expires_in_s};
  }
  store::Identity identity;
  identity.provider = provider;
  identity.subject = authenticated.account.subject;
  return sessions_.open(user, identity, authenticated_at_ms, scope);
}

}  // namespace gateway::auth
