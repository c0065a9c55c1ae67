#include "core/api/operations_endpoints.hpp"

#include <utility>

#include "core/api/envelope.hpp"
#include "core/api/openapi.hpp"

namespace gateway::api {

namespace {

using http::Access;
using http::JsonWriter;
using http::Lane;
using http::Method;
using http::Route;

const char* connection(bool up) {
  return up ? "connected" : "disconnected";
}

}  // namespace

http::Outcome<Done> OperationsEndpoints::health(Context& context) {
  const auto seen = health_.snapshot();
  bool providers_up = true;
  for (const auto& [id, up] : seen->providers)
    providers_up = providers_up && up;
  const bool serving = seen->storage_connected && !health_.draining();
  const char* status = !serving ? "unhealthy" : (providers_up ? "healthy" : "degraded");
  JsonWriter out;
  out.begin_object().put("status", status).put("database", connection(seen->storage_connected));
  for (const auto& [id, up] : seen->providers)
    out.put(id, connection(up));
  out.put("timestamp", iso_time(clock_.wall_ms())).put("version", version_).end_object();
  write_json(context.response(), out.text());
  if (!serving) context.response().status = 503;
  return Done{};
}

http::Outcome<Done> OperationsEndpoints::live(Context& context) {
  write_json(context.response(), R"({"status":"live"})");
  return Done{};
}

http::Outcome<Done> OperationsEndpoints::ready(Context& context) {
  const bool ready = health_.ready();
  write_json(context.response(), ready ? R"({"status":"ready"})" : R"({"status":"not ready"})");
  if (!ready) {
    context.response().status = 503;
    context.response().set("Retry-After", "1");
  }
  return Done{};
}

http::Outcome<Done> OperationsEndpoints::info(Context& context) {
  JsonWriter out;
  out.begin_object().put("name", "identity-gateway").put("version", version_).put("apiVersion", "v1");
  out.key("userTypes").begin_array();
  for (const std::string& type : users_.types)
    out.value(type);
  out.end_array().key("providers").begin_array();
  for (const plugin::PluginInstance* provider : providers_.all()) {
    out.begin_object().put("id", provider->id()).key("capabilities").begin_array();
    for (const std::string& capability : provider->manifest().capabilities)
      out.value(capability);
    out.end_array().end_object();
  }
  out.end_array().end_object();
  write_json(context.response(), out.text());
  return Done{};
}

http::Outcome<Done> OperationsEndpoints::metrics(Context& context) {
  context.response().status = 200;
  context.response().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  context.response().body = metrics_.expose();
  return Done{};
}

http::Outcome<Done> OperationsEndpoints::key_set(Context& context) {
  const auto keys = keys_.snapshot();
  write_json(context.response(), keys == nullptr ? std::string_view(R"({"keys":[]})") : keys->jwks_json);
  // Well below the time a new key is published before it signs.
  context.response().set("Cache-Control", "public, max-age=300");
  return Done{};
}

http::Outcome<Done> OperationsEndpoints::discovery(Context& context) {
  JsonWriter out;
  out.begin_object().put("issuer", tokens_.issuer_url);
  out.put("jwks_uri", tokens_.issuer_url + "/.well-known/jwks.json");
  out.key("id_token_signing_alg_values_supported")
      .begin_array()
      .value(to_string(tokens_.algorithm))
      .end_array();
  out.key("response_types_supported").begin_array().end_array();
  out.key("subject_types_supported").begin_array().value("public").end_array();
  out.end_object();
  write_json(context.response(), out.text());
  context.response().set("Cache-Control", "public, max-age=300");
  return Done{};
}

http::Outcome<Done> OperationsEndpoints::openapi(Context& context) {
  write_json(context.response(), openapi_json());
  context.response().set("Cache-Control", "public, max-age=300");
  return Done{};
}

std::vector<Route> OperationsEndpoints::routes(OperationsEndpoints* endpoints) {
  const auto get = [endpoints](const char* path, RouteClass route_class,
                               http::Outcome<Done> (OperationsEndpoints::*method)(Context&)) {
    return Route{
        Method::Get,  path,
        route_class,  Access::Anonymous,
        Lane::Inline, [endpoints, method](Context& context) { return (endpoints->*method)(context); }};
  };
  return {get("/api/v1/health", RouteClass::Health, &OperationsEndpoints::health),
          get("/api/v1/live", RouteClass::Health, &OperationsEndpoints::live),
          get("/api/v1/ready", RouteClass::Health, &OperationsEndpoints::ready),
          get("/api/v1/info", RouteClass::Public, &OperationsEndpoints::info),
          get("/api/v1/openapi.json", RouteClass::Public, &OperationsEndpoints::openapi),
          get("/.well-known/jwks.json", RouteClass::Public, &OperationsEndpoints::key_set),
          get("/.well-known/openid-configuration", RouteClass::Public, &OperationsEndpoints::discovery)};
}

Route OperationsEndpoints::metrics_route(OperationsEndpoints* endpoints) {
  return {Method::Get,        "/metrics",
          RouteClass::Health, Access::Anonymous,
          Lane::Inline,       [endpoints](Context& context) { return endpoints->metrics(context); }};
}

}  // namespace gateway::api
