#include "core/api/auth_endpoints.hpp"

#include <utility>

#include "core/api/envelope.hpp"
#include "core/api/json_body.hpp"
#include "core/api/scope.hpp"
#include "core/auth/problems.hpp"
#include "core/http/validation_problem.hpp"

namespace gateway::api {

namespace {

using http::Access;
using http::JsonWriter;
using http::Lane;
using http::Method;
using http::Route;

// The member must be there.
http::Outcome<Done> require(const Secret& value, const char* field) {
  if (!value.empty()) return Done{};
  http::ValidationProblem faults;
  faults.missing(field);
  return faults.problem();
}

}  // namespace

Lane AuthEndpoints::password_lane() const {
  const plugin::PluginInstance* provider = providers_.first_with("password");
  return provider != nullptr && provider->manifest().cpu_bound ? Lane::Hash : Lane::Provider;
}

http::Outcome<Done> AuthEndpoints::sign_up(Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  auth::SignUpRequest request;
  request.email = body->text("email");
  request.password = body->secret("password");
  request.full_name = body->optional_text("fullName");
  request.phone_number = body->optional_text("phoneNumber");
  request.user_type = body->user_type("userType", options_.types);
  if (auto checked = body->check(); !checked) return checked;
  const auto signed_up = accounts_.sign_up(request, scope_of(context));
  if (!signed_up) return signed_up.error();
  recovery_.send_verification(signed_up->user, context);
  write_success(context.response(), "The account has been created.", [&](JsonWriter& out) {
    out.key("user");
    write_user(out, signed_up->user);
    if (signed_up->tokens) put_tokens(out, *signed_up->tokens);
  });
  return Done{};
}

http::Outcome<Done> AuthEndpoints::log_in(Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  const std::string email = body->text("email");
  const Secret password = body->secret("password");
  if (auto checked = body->check(); !checked) return checked;
  const auto signed_in = accounts_.sign_in(email, password, scope_of(context));
  if (!signed_in) return signed_in.error();
  write_success(context.response(), "Signed in.", [&](JsonWriter& out) {
    out.put("success", true);
    if (signed_in->tokens) put_tokens(out, *signed_in->tokens);
    out.key("user");
    write_user(out, signed_in->user);
  });
  return Done{};
}

http::Outcome<Done> AuthEndpoints::social(Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  auth::SocialRequest request;
  request.id_token = body->secret("idToken");
  request.provider = body->optional_text("provider");
  request.full_name = body->optional_text("fullName");
  request.phone_number = body->optional_text("phoneNumber");
  request.user_type = body->user_type("userType", options_.types);
  if (auto checked = body->check(); !checked) return checked;
  const auto signed_in = social_.sign_in(request, scope_of(context));
  if (!signed_in) return signed_in.error();
  write_success(context.response(), "Signed in.", [&](JsonWriter& out) {
    if (signed_in->tokens) put_tokens(out, *signed_in->tokens);
    out.key("user");
    write_user(out, signed_in->user);
  });
  return Done{};
}

http::Outcome<Done> AuthEndpoints::refresh(Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  const Secret token = body->secret("refreshToken");
  if (auto checked = body->check(); !checked) return checked;
  if (auto present = require(token, "RefreshToken"); !present) return present;
  const auto tokens = accounts_.refresh(token, scope_of(context));
  if (!tokens) return tokens.error();
  write_success(context.response(), "The tokens have been refreshed.",
                [&](JsonWriter& out) { put_tokens(out, *tokens); });
  return Done{};
}

http::Outcome<Done> AuthEndpoints::me(Context& context) {
  const auto user = users_.get(*context.caller, context.caller->user_id, scope_of(context));
  if (!user) return user.error();
  JsonWriter out;
  out.begin_object().put("success", true).put("message", "The current user.").key("data");
  write_user(out, *user);
  out.end_object();
  write_json(context.response(), out.text());
  return Done{};
}

http::Outcome<Done> AuthEndpoints::log_out(Context& context) {
  auto body = JsonBody::parse_optional(context.request());
  if (!body) return body.error();
  const bool everywhere = body->boolean("everywhere", false);
  if (auto checked = body->check(); !checked) return checked;
  if (auto done = accounts_.log_out(*context.caller, everywhere, scope_of(context)); !done) return done;
  write_success(context.response(), "Signed out.");
  return Done{};
}

http::Outcome<Done> AuthEndpoints::change_password(Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  const Secret current = body->secret("currentPassword");
  const Secret replacement = body->secret("newPassword");
  if (auto checked = body->check(); !checked) return checked;
  const auto tokens = accounts_.change_password(*context.caller, current, replacement, scope_of(context));
  if (!tokens) return tokens.error();
  write_success(context.response(), "The password has been changed.",
                [&](JsonWriter& out) { put_tokens(out, *tokens); });
  return Done{};
}

http::Outcome<Done> AuthEndpoints::verify_token(Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  const Secret token = body->secret("idToken");
  if (auto checked = body->check(); !checked) return checked;
  if (auto present = require(token, "IdToken"); !present) return present;
  const auto described = authenticator_.describe(token, scope_of(context));
  if (!described) return described.error();
  write_success(context.response(), "The token is valid.", [&](JsonWriter& out) {
    out.put("provider", described->provider).put("subject", described->subject);
    out.key("claims").raw(described->claims_json);
  });
  return Done{};
}

std::vector<Route> AuthEndpoints::routes(AuthEndpoints* endpoints) {
  const bool has_provider_sessions = endpoints != nullptr && endpoints->accounts_.provider_keeps_sessions();
  const Lane sessions = has_provider_sessions ? Lane::Provider : Lane::Blocking;
  const Lane password = endpoints != nullptr ? endpoints->password_lane() : Lane::Hash;
  const auto bind = [endpoints](http::Outcome<Done> (AuthEndpoints::*method)(Context&)) {
    return [endpoints, method](Context& context) { return (endpoints->*method)(context); };
  };
  const auto post = [](const std::string& path, Access access, Lane lane, http::Handler handler) {
    return Route{Method::Post, "/api/v1/auth/" + path, RouteClass::Auth, access, lane, std::move(handler)};
  };
  std::vector<Route> routes{
      post("signup", Access::Anonymous, password, bind(&AuthEndpoints::sign_up)),
      post("login", Access::Anonymous, password, bind(&AuthEndpoints::log_in)),
      post("social", Access::Anonymous, Lane::Provider, bind(&AuthEndpoints::social)),
      post("refresh", Access::Anonymous, sessions, bind(&AuthEndpoints::refresh)),
      post("logout", Access::Bearer, sessions, bind(&AuthEndpoints::log_out)),
      post("change-password", Access::Bearer, password, bind(&AuthEndpoints::change_password)),
      post("verify-token", Access::Anonymous, Lane::Provider, bind(&AuthEndpoints::verify_token)),
      {Method::Get, "/api/v1/auth/me", RouteClass::Read, Access::Bearer, Lane::Blocking,
       bind(&AuthEndpoints::me)},
  };
  return routes;
}

}  // namespace gateway::api
