#include "core/api/forward_auth_endpoint.hpp"

#include <algorithm>

#include "core/api/query.hpp"

namespace gateway::api {

namespace {

using http::ErrorCode;
using http::Problem;

// Identifiers of providers may hold anything; a header may not.
bool fits_header(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

// Empty where nothing is known or it cannot be written, and never left out: a proxy that copies the headers
// it is answered with would leave the client's own in the place of one that is missing.
void add(http::Response& response, std::string_view name, std::string_view value) {
  response.add(name, fits_header(value) ? value : std::string_view());
}

http::Outcome<Done> check_user_type(const http::RequestContext& context) {
  if (context.request().query.empty()) return Done{};
  const auto query = Query::parse(context.request().query);
  if (!query) return Problem(ErrorCode::InsufficientPermissions);
  // A requirement with a slip of the pen must not read as none.
  if (!query->has_only("userType")) return Problem(ErrorCode::InsufficientPermissions);
  const auto wanted = query->all("userType");
  if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), context.caller->user_type) == wanted.end()) {
    return Problem(ErrorCode::InsufficientPermissions);
  }
  return Done{};
}

http::Outcome<Done> verify(http::RequestContext& context) {
  if (auto allowed = check_user_type(context); !allowed) return allowed;
  const http::Caller& caller = *context.caller;
  http::Response& response = context.response();
  response.status = 200;
  add(response, "X-Auth-User-Id", caller.user_id);
  add(response, "X-Auth-Subject", caller.subject);
  add(response, "X-Auth-Provider", caller.provider);
  add(response, "X-Auth-Email", caller.email ? std::string_view(*caller.email) : std::string_view());
  add(response, "X-Auth-User-Type", caller.user_type);
  add(response, "X-Auth-Roles", caller.user_type);
  return Done{};
}

}  // namespace

http::Route forward_auth_route(http::Lane cold) {
  http::Route route;
  route.pattern = "/api/v1/auth/verify";
  route.route_class = RouteClass::Verify;
  route.access = http::Access::Bearer;
  route.lane = cold;
  route.inline_when_known = true;
  route.handler = verify;
  route.bare_errors = true;
  return route;
}

}  // namespace gateway::api
