// /api/v1/users: reading and changing users. Who may is decided by the auth room.
// Thread safety: handlers run on several threads at once. Ownership: refers to the service.
#pragma once

#include <vector>

#include "core/auth/user_attempts.hpp"
#include "core/auth/user_service.hpp"
#include "core/http/route.hpp"

namespace gateway::api {

class UserEndpoints {
 public:
  UserEndpoints(auth::UserService& users, auth::UserAttempts& attempts, const auth::UserOptions& options)
      : users_(users), attempts_(attempts), options_(options) {}

  // nullptr: the routes to be looked at, not to be called.
  static std::vector<http::Route> routes(UserEndpoints* endpoints);

 private:
  using Context = http::RequestContext;
  http::Outcome<Done> list(Context& context);
  http::Outcome<Done> get(Context& context);
  http::Outcome<Done> update(Context& context);
  http::Outcome<Done> remove(Context& context);
  http::Outcome<Done> attempts(Context& context);
  http::Outcome<Done> clear_attempts(Context& context);

  auth::UserService& users_;
  auth::UserAttempts& attempts_;
  const auth::UserOptions options_;
};

}  // namespace gateway::api
