#include "core/api/api_key_endpoints.hpp"

#include <algorithm>
#include <limits>

#include "core/api/envelope.hpp"
#include "core/api/json_body.hpp"
#include "core/api/paging.hpp"
#include "core/api/query.hpp"
#include "core/api/scope.hpp"
#include "core/http/validation_problem.hpp"

namespace gateway::api {

namespace {

using http::Access;
using http::ErrorCode;
using http::JsonWriter;
using http::Lane;
using http::Method;

// One bound for the query and the service.
static_assert(kMaxLimit == auth::ApiKeyService::kMaxPage);

void put_time(JsonWriter& out, std::string_view name, const std::optional<std::int64_t>& time_ms) {
  out.key(name);
  time_ms ? out.value(iso_time(*time_ms)) : out.null();
}

// Seconds, as the contract has lifetimes.
std::optional<std::int64_t> lifetime_ms_of(const std::optional<std::int64_t>& seconds) {
  if (!seconds) return std::nullopt;
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 1000;
  return std::clamp(*seconds, -kMost, kMost) * 1000;
}

}  // namespace

void write_api_key(JsonWriter& out, const store::ApiKey& key) {
  out.begin_object().put("id", key.id).put("name", key.name).key("scopes").begin_array();
  for (const std::string& scope : key.scopes)
    out.value(scope);
  out.end_array().put("createdBy", key.created_by).put("createdAt", iso_time(key.created_at_ms));
  put_time(out, "expiresAt", key.expires_at_ms);
  put_time(out, "revokedAt", key.revoked_at_ms);
  put_time(out, "lastUsedAt", key.last_used_at_ms);
  out.end_object();
}

http::Outcome<Done> ApiKeyEndpoints::create(Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  auth::ApiKeyRequest request;
  request.name = body->text("name");
  request.scopes = body->texts("scopes");
  request.lifetime_ms = lifetime_ms_of(body->optional_integer("expiresIn"));
  // An end that is asked for under another name must not become a key without one.
  body->allow_only({"name", "scopes", "expiresIn"});
  if (auto checked = body->check(); !checked) return checked;
  const auto created = api_keys_.create(*context.caller, request, scope_of(context));
  if (!created) return created.error();
  context.response().set("Cache-Control", "no-store");
  write_success(context.response(), "The key is shown this once.", [&](JsonWriter& out) {
    out.put("key", created->key.reveal()).key("apiKey");
    write_api_key(out, created->stored);
  });
  return Done{};
}

http::Outcome<Done> ApiKeyEndpoints::list(Context& context) {
  const auto query = Query::parse(context.request().query);
  if (!query) return query.error();
  if (auto unique = query->check_unique(); !unique) return unique;
  http::ValidationProblem faults;
  const std::int64_t limit = limit_in(*query, faults);
  const auto after = store_place<store::ApiKeyPlace>(after_in(*query, faults));
  if (faults.any()) return faults.problem();
  const auto listing = api_keys_.list(*context.caller, after, limit, scope_of(context));
  if (!listing) return listing.error();
  write_success(context.response(), "API keys.", [&](JsonWriter& out) {
    out.key("items").begin_array();
    for (const store::ApiKey& key : listing->keys)
      write_api_key(out, key);
    out.end_array().key("pagination").begin_object();
    out.put("limit", limit).put("hasNext", listing->next.has_value());
    if (listing->next) out.put("nextCursor", cursor_of(*listing->next));
    out.end_object();
  });
  return Done{};
}

http::Outcome<Done> ApiKeyEndpoints::revoke(Context& context) {
  if (auto done = api_keys_.revoke(*context.caller, std::string(context.parameter), scope_of(context)); !done)
    return done;
  write_success(context.response(), "The key has been revoked.");
  return Done{};
}

std::vector<http::Route> ApiKeyEndpoints::routes(ApiKeyEndpoints* endpoints) {
  const auto bind = [endpoints](http::Outcome<Done> (ApiKeyEndpoints::*method)(Context&)) {
    return [endpoints, method](Context& context) { return (endpoints->*method)(context); };
  };
  return {
      {Method::Post, "/api/v1/api-keys", RouteClass::Write, Access::Bearer, Lane::Blocking,
       bind(&ApiKeyEndpoints::create)},
      {Method::Get, "/api/v1/api-keys", RouteClass::Read, Access::Bearer, Lane::Blocking,
       bind(&ApiKeyEndpoints::list)},
      {Method::Delete, "/api/v1/api-keys/{id}", RouteClass::Write, Access::Bearer, Lane::Blocking,
       bind(&ApiKeyEndpoints::revoke)},
  };
}

}  // namespace gateway::api
