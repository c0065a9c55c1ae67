#include "core/api/attempt_endpoints.hpp"

#include "core/api/envelope.hpp"
#include "core/api/scope.hpp"

namespace gateway::api {

http::Outcome<Done> AttemptEndpoints::get(Context& context) {
  const auto counted = attempts_.get(*context.caller, context.parameter, scope_of(context));
  if (!counted) return counted.error();
  write_success(context.response(), "What counts against the address.", [&](http::JsonWriter& out) {
    out.put("address", counted->client);
    out.key("login").begin_object();
    put_attempts(out, counted->attempts.guesses);
    out.end_object().key("messages").begin_object();
    put_attempts(out, counted->attempts.messages);
    out.end_object();
  });
  return Done{};
}

http::Outcome<Done> AttemptEndpoints::clear(Context& context) {
  auto done = attempts_.clear(*context.caller, context.parameter, scope_of(context));
  if (!done) return done;
  write_success(context.response(), "Nothing counts against the address any more.");
  return Done{};
}

std::vector<http::Route> AttemptEndpoints::routes(AttemptEndpoints* endpoints) {
  using http::Access;
  using http::Lane;
  using http::Method;
  constexpr const char* kPattern = "/api/v1/attempts/addresses/{address}";
  return {
      {Method::Get, kPattern, RouteClass::Read, Access::Bearer, Lane::Blocking,
       [endpoints](Context& context) { return endpoints->get(context); }},
      {Method::Delete, kPattern, RouteClass::Write, Access::Bearer, Lane::Blocking,
       [endpoints](Context& context) { return endpoints->clear(context); }},
  };
}

}  // namespace gateway::api
