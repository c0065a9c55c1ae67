// /api/v1/attempts: what counts against client addresses, and forgetting it. (What counts against an account
// is below /api/v1/users.) Thread safety: handlers run on several threads at once. Ownership: refers to the
// service.
#pragma once

#include <vector>

#include "core/auth/address_attempts.hpp"
#include "core/http/route.hpp"

namespace gateway::api {

class AttemptEndpoints {
 public:
  explicit AttemptEndpoints(auth::AddressAttempts& attempts) : attempts_(attempts) {}

  // nullptr: the routes to be looked at, not to be called.
  static std::vector<http::Route> routes(AttemptEndpoints* endpoints);

 private:
  using Context = http::RequestContext;
  http::Outcome<Done> get(Context& context);
  http::Outcome<Done> clear(Context& context);

  auth::AddressAttempts& attempts_;
};

}  // namespace gateway::api
