#include "core/auth/authenticator.hpp"

#include <utility>

#include <gateway/json.hpp>

#include "core/auth/problems.hpp"

namespace gateway::auth {

namespace {

using http::ErrorCode;
using http::Problem;

http::Outcome<Done> check_status(store::UserStatus status) {
  if (status == store::UserStatus::Deleted) return Problem(ErrorCode::InvalidToken);
  if (status != store::UserStatus::Active) return Problem(ErrorCode::UserDisabled);
  return Done{};
}

template <class User>  // store::User or store::SessionUser
http::CallerPtr make_caller(const User& user, std::string provider, std::string subject,
                            std::string session_id, std::int64_t expires_at_ms) {
  auto caller = std::make_shared<http::Caller>();
  caller->user_id = user.id;
  caller->provider = std::move(provider);
  caller->subject = std::move(subject);
  caller->email = user.email;
  caller->user_type = user.user_type;
  caller->session_id = std::move(session_id);
  caller->expires_at_ms = expires_at_ms;
  return caller;
}

}  // namespace

Authenticator::Authenticator(Store& store, const ProviderDirectory& providers,
                             const AccessTokens& access_tokens, AccountDirectory& accounts,
                             VerifiedTokenCache& cache, const runtime::Clock& clock,
                             const TokenOptions& options)
    : store_(store),
      providers_(providers),
      access_tokens_(access_tokens),
      accounts_(accounts),
      cache_(cache),
      clock_(clock),
      issuer_(options.issuer) {}

http::Outcome<http::CallerPtr> Authenticator::authenticate(const Secret& token,
                                                           const VerifiedTokenCache::Key& key,
                                                           const RequestScope& scope) {
  if (http::CallerPtr known = cached(key)) return known;
  cache_.count_miss();
  const std::uint64_t epoch = cache_.epoch();
  http::Outcome<http::CallerPtr> caller = Problem(ErrorCode::InvalidToken);
  toolkit::UnverifiedJwt unverified(token.reveal());
  if (access_tokens_.claims_to_be_ours(unverified)) {
    const auto verified = access_tokens_.verify(std::move(unverified));
    const auto* jwt = std::get_if<toolkit::VerifiedJwt>(&verified);
    if (jwt == nullptr) return Problem(ErrorCode::InvalidToken);
    caller = by_session(*jwt, scope);
  } else {
    const std::int64_t began_ms = clock_.wall_ms();
    const auto verified = ask_providers(token, scope);
    if (!verified) return verified.error();
    caller = by_account(verified->first, verified->second, began_ms, scope);
  }
  if (caller) {
    cache_.put(key, *caller, clock_.monotonic_ms(), (*caller)->expires_at_ms - clock_.wall_ms(), epoch);
  }
  return caller;
}

http::Outcome<http::CallerPtr> Authenticator::by_session(const toolkit::VerifiedJwt& jwt,
                                                         const RequestScope& scope) {
  const std::string session_id(jwt.claims.text("sid"));
  const auto resolved = store_.resolve_session({session_id}, scope.call);
  if (!resolved) return storage_problem(resolved.error());
  // Gone, or a session of somebody else: the token is worth nothing.
  if (!resolved->session || !resolved->user || resolved->user->id != jwt.claims.subject() ||
      resolved->session->user_id != resolved->user->id) {
    return Problem(ErrorCode::InvalidToken);
  }
  // First the user: suspending one revokes the sessions too, and the contract wants to say which it is.
  if (auto active = check_status(resolved->user->status); !active) return active.error();
  if (resolved->session->revoked_at_ms.has_value()) return Problem(ErrorCode::InvalidToken);
  return make_caller(*resolved->user, resolved->session->provider, resolved->session->subject, session_id,
                     jwt.claims.expires_at_s().value_or(0) * 1000);
}

http::Outcome<http::CallerPtr> Authenticator::by_account(const std::string& provider,
                                                         const Authenticated& verified, std::int64_t began_ms,
                                                         const RequestScope& scope) {
  const auto user = accounts_.find_or_provision(provider, verified.account, {},
                                                authenticated_at_ms(verified, began_ms), scope);
  // The user was deleted after the token was given out.
  if (!user) return user.error().code == ErrorCode::InvalidCredentials ? revoked_by(provider) : user.error();
  if (auto allowed = check_user(*user, provider, verified); !allowed) return allowed.error();
  return make_caller(*user, provider, verified.account.subject, {}, verified.expires_at_ms);
}

http::Outcome<Done> Authenticator::check_user(const store::User& user, const std::string& provider,
                                              const Authenticated& verified) const {
  if (auto active = check_status(user.status); !active) return active;
  if (is_over(user, provider, verified)) return revoked_by(provider);
  return Done{};
}

Problem Authenticator::revoked_by(const std::string& provider) const {
  const plugin::PluginInstance* issuer = providers_.find(provider);
  return issuer == nullptr ? Problem(ErrorCode::InvalidToken)
                           : rejection_problem(*issuer, RejectReason::TokenRevoked);
}

http::Outcome<std::pair<std::string, Authenticated>> Authenticator::ask_providers(const Secret& token,
                                                                                  const RequestScope& scope) {
  for (plugin::PluginInstance* provider : providers_.all()) {
    if (!provider->has_capability("token")) continue;
    auto answer = provider->call(VerifyToken{token}, scope.call);
    if (!answer) return provider_problem(*provider, answer.error());
    if (auto* verified = std::get_if<Authenticated>(&*answer))
      return std::pair{provider->id(), std::move(*verified)};
    if (const auto* rejected = std::get_if<Rejected>(&*answer))
      return rejection_problem(*provider, rejected->reason);
  }
  // Nobody's token: where everybody's are one provider's, it is called as that provider's bad ones are.
  const plugin::PluginInstance* issuer =
      issuer_ == TokenIssuer::Provider ? providers_.first_with("token") : nullptr;
  if (issuer != nullptr) return rejection_problem(*issuer, RejectReason::InvalidToken);
  return Problem(ErrorCode::InvalidToken);
}

http::Outcome<TokenDescription> Authenticator::describe(const Secret& token, const RequestScope& scope) {
  toolkit::UnverifiedJwt unverified(token.reveal());
  if (access_tokens_.claims_to_be_ours(unverified)) {
    const auto verified = access_tokens_.verify(std::move(unverified));
    const auto* jwt = std::get_if<toolkit::VerifiedJwt>(&verified);
    if (jwt == nullptr) return Problem(ErrorCode::InvalidToken);
    const auto caller = by_session(*jwt, scope);
    if (!caller) return caller.error();
    return TokenDescription{(*caller)->provider, (*caller)->subject, to_text(jwt->claims.json())};
  }
  auto verified = ask_providers(token, scope);
  if (!verified) return verified.error();
  // Nobody is made a user by being asked about; of who is one, what holds for a caller holds here.
  const auto& [provider, what] = *verified;
  const auto found = store_.find_user_by_identity({provider, what.account.subject}, scope.call);
  if (!found) return storage_problem(found.error());
  if (found->user) {
    if (auto allowed = check_user(*found->user, provider, what); !allowed) return allowed.error();
  }
  return TokenDescription{std::move(verified->first), std::move(verified->second.account.subject),
                          std::move(verified->second.claims.text)};
}

}  // namespace gateway::auth
