#include "core/api/phone_endpoints.hpp"

#include <utility>

#include "core/api/envelope.hpp"
#include "core/api/json_body.hpp"
#include "core/api/scope.hpp"

namespace gateway::api {

using http::Access;
using http::JsonWriter;
using http::Lane;
using http::Method;
using http::Route;

http::Outcome<Done> PhoneEndpoints::send_otp(Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  const std::string phone_number = body->text("phoneNumber");
  if (auto checked = body->check(); !checked) return checked;
  if (auto sent = phones_.send_code(phone_number, scope_of(context)); !sent) return sent;
  write_success(context.response(), "A code has been sent.");
  return Done{};
}

http::Outcome<Done> PhoneEndpoints::verify_otp(Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  const std::string phone_number = body->text("phoneNumber");
  const Secret code = body->secret("otpCode");
  const std::string user_type = body->user_type("userType", options_.types);
  if (auto checked = body->check(); !checked) return checked;
  const auto signed_in = phones_.sign_in(phone_number, code, user_type, scope_of(context));
  if (!signed_in) return signed_in.error();
  write_success(context.response(), "Signed in.", [&](JsonWriter& out) {
    out.key("user");
    write_user(out, signed_in->user);
    if (signed_in->tokens) put_tokens(out, *signed_in->tokens);
  });
  return Done{};
}

std::vector<Route> PhoneEndpoints::routes(PhoneEndpoints* endpoints) {
  const auto post = [endpoints](const char* path, http::Outcome<Done> (PhoneEndpoints::*method)(Context&)) {
    const Lane lane = endpoints != nullptr && endpoints->phones_.supported() ? Lane::Provider : Lane::Inline;
    return Route{Method::Post,
                 std::string("/api/v1/auth/phone/") + path,
                 RouteClass::Auth,
                 Access::Anonymous,
                 lane,
                 [endpoints, method](Context& context) { return (endpoints->*method)(context); }};
  };
  return {post("send-otp", &PhoneEndpoints::send_otp), post("verify-otp", &PhoneEndpoints::verify_otp)};
}

}  // namespace gateway::api
