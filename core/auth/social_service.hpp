// SocialService: sign-in with a token that somebody else issued: one of a selected provider, or one of
// another service that a provider exchanges (capability `social`).
//
// What the token says wins over what the request says. Thread safety: all members from any thread; they block
// on storage and providers: worker only.
#pragma once

#include <optional>
#include <string>

#include "core/auth/sign_in_completion.hpp"

namespace gateway::auth {

// As the client sent it: an empty text is a missing one, and nothing has been validated.
struct SocialRequest {
  Secret id_token;
  std::optional<std::string> provider;  // of the gateway, or the service that issued the token
  std::optional<std::string> full_name;
  std::optional<std::string> phone_number;
  std::string user_type;
};

class SocialService {
 public:
  SocialService(const ProviderDirectory& providers, SignInCompletion& completion, const runtime::Clock& clock,
                const UserOptions& users)
      : providers_(providers), completion_(completion), clock_(clock), users_(users) {}

  http::Outcome<SignedIn> sign_in(const SocialRequest& request, const RequestScope& scope);

 private:
  struct Known {
    plugin::PluginInstance* provider = nullptr;
    Authenticated authenticated;
  };
  // nullopt: no provider has anything to say about this token.
  http::Outcome<std::optional<Known>> verify(const SocialRequest& request, const RequestScope& scope) const;
  http::Outcome<std::optional<Known>> exchange(const SocialRequest& request, const RequestScope& scope) const;

  const ProviderDirectory& providers_;
  SignInCompletion& completion_;
  const runtime::Clock& clock_;
  const UserOptions users_;
};

}  // namespace gateway::auth
