#include "core/auth/social_service.hpp"

#include <algorithm>
#include <utility>

#include "core/auth/problems.hpp"
#include "core/auth/profile_validation.hpp"

namespace gateway::auth {

namespace {
using http::ErrorCode;
using http::Problem;
}  // namespace

http::Outcome<std::optional<SocialService::Known>> SocialService::verify(const SocialRequest& request,
                                                                         const RequestScope& scope) const {
  // A provider of that name is the only one asked; another name is that of the service that issued the token.
  const plugin::PluginInstance* wanted = request.provider ? providers_.find(*request.provider) : nullptr;
  for (plugin::PluginInstance* provider : providers_.all()) {
    if (!provider->has_capability("token") || (wanted != nullptr && provider != wanted)) continue;
    auto answer = provider->call(VerifyToken{request.id_token}, scope.call);
    if (!answer) return provider_problem(*provider, answer.error());
    if (const auto* rejected = std::get_if<Rejected>(&*answer))
      return rejection_problem(*provider, rejected->reason);
    auto* verified = std::get_if<Authenticated>(&*answer);
    if (verified == nullptr) continue;
    Known known{provider, std::move(*verified)};
    // The token goes on being what the caller shows where the provider's tokens are in use.
    const std::int64_t left_ms = known.authenticated.expires_at_ms - clock_.wall_ms();
    known.authenticated.tokens =
        ProviderTokens{request.id_token, Secret(), std::max<std::int64_t>(left_ms / 1000, 0)};
    return std::optional(std::move(known));
  }
  return std::optional<Known>();
}

http::Outcome<std::optional<SocialService::Known>> SocialService::exchange(const SocialRequest& request,
                                                                           const RequestScope& scope) const {
  plugin::PluginInstance* provider = providers_.first_with("social");
  const bool names_a_service = request.provider && providers_.find(*request.provider) == nullptr;
  if (provider == nullptr || !names_a_service) return std::optional<Known>();
  auto answer = provider->call(SignInWithSocialToken{*request.provider, request.id_token}, scope.call);
  if (!answer) return provider_problem(*provider, answer.error());
  if (const auto* rejected = std::get_if<Rejected>(&*answer))
    return rejection_problem(*provider, rejected->reason);
  auto* verified = std::get_if<Authenticated>(&*answer);
  if (verified == nullptr) return std::optional<Known>();
  return std::optional(Known{provider, std::move(*verified)});
}

http::Outcome<SignedIn> SocialService::sign_in(const SocialRequest& request, const RequestScope& scope) {
  if (providers_.first_with("token") == nullptr && providers_.first_with("social") == nullptr)
    return not_supported();
  http::ValidationProblem faults;
  if (request.id_token.empty()) faults.missing("IdToken");
  check_profile({request.full_name, request.phone_number, request.user_type}, users_, faults);
  if (faults.any()) return faults.problem();
  if (auto allowed = check_self_signup(request.user_type, users_); !allowed) return allowed.error();

  const std::int64_t began_ms = clock_.wall_ms();
  auto known = verify(request, scope);
  if (known && !*known) known = exchange(request, scope);
  if (!known) return known.error();
  if (!*known) return Problem(ErrorCode::InvalidToken);
  const Known& who = **known;
  return completion_.complete(who.provider->id(), who.authenticated,
                              {request.full_name, request.phone_number, request.user_type},
                              {authenticated_at_ms(who.authenticated, began_ms), "sign_in.social"}, scope);
}

}  // namespace gateway::auth
