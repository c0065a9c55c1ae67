// /api/v1/auth/*: sign-up, sign-in, tokens and passwords. Handlers translate; what they do is the auth
// room's. Thread safety: handlers run on several threads at once. Ownership: refers to the services.
#pragma once

#include <vector>

#include "core/api/recovery_endpoints.hpp"
#include "core/auth/account_service.hpp"
#include "core/auth/authenticator.hpp"
#include "core/auth/social_service.hpp"
#include "core/auth/user_service.hpp"
#include "core/http/route.hpp"

namespace gateway::api {

class AuthEndpoints {
 public:
  AuthEndpoints(auth::AccountService& accounts, auth::SocialService& social, auth::UserService& users,
                auth::Authenticator& authenticator, RecoveryEndpoints& recovery,
                const auth::ProviderDirectory& providers, const auth::UserOptions& options)
      : accounts_(accounts),
        social_(social),
        users_(users),
        authenticator_(authenticator),
        recovery_(recovery),
        providers_(providers),
        options_(options) {}

  // nullptr: the routes to be looked at, not to be called.
  static std::vector<http::Route> routes(AuthEndpoints* endpoints);

 private:
  using Context = http::RequestContext;
  http::Outcome<Done> sign_up(Context& context);
  http::Outcome<Done> log_in(Context& context);
  http::Outcome<Done> social(Context& context);
  http::Outcome<Done> refresh(Context& context);
  http::Outcome<Done> me(Context& context);
  http::Outcome<Done> log_out(Context& context);
  http::Outcome<Done> change_password(Context& context);
  http::Outcome<Done> verify_token(Context& context);
  http::Lane password_lane() const;

  auth::AccountService& accounts_;
  auth::SocialService& social_;
  auth::UserService& users_;
  auth::Authenticator& authenticator_;
  RecoveryEndpoints& recovery_;
  const auth::ProviderDirectory& providers_;
  const auth::UserOptions options_;
};

}  // namespace gateway::api
