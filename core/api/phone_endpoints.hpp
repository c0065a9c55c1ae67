// /api/v1/auth/phone/*: sign-in with a code sent to a phone.
// Thread safety: handlers run on several threads at once. Ownership: refers to the service.
#pragma once

#include <vector>

#include "core/auth/phone_service.hpp"
#include "core/http/route.hpp"

namespace gateway::api {

class PhoneEndpoints {
 public:
  PhoneEndpoints(auth::PhoneService& phones, const auth::UserOptions& options)
      : phones_(phones), options_(options) {}

  // nullptr: the routes to be looked at, not to be called.
  static std::vector<http::Route> routes(PhoneEndpoints* endpoints);

 private:
  using Context = http::RequestContext;
  http::Outcome<Done> send_otp(Context& context);
  http::Outcome<Done> verify_otp(Context& context);

  auth::PhoneService& phones_;
  const auth::UserOptions options_;
};

}  // namespace gateway::api
