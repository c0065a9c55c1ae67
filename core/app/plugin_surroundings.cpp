#include "core/app/plugin_surroundings.hpp"

#include <algorithm>
#include <string>

#include <gateway/manifest.hpp>
#include <gateway/policy.hpp>

#include "core/api/route_list.hpp"

namespace gateway::app {

namespace {

void add_once(std::vector<std::string>& all, std::string_view text) {
  if (std::find(all.begin(), all.end(), text) == all.end()) all.emplace_back(text);
}

std::vector<config::KnownRoute> known_routes(bool metrics_have_a_port) {
  std::vector<config::KnownRoute> known;
  const auto add = [&](const http::Route& route, const char* why_not_met) {
    auto found = std::find_if(known.begin(), known.end(), [&](const config::KnownRoute& other) {
      return other.pattern == route.pattern;
    });
    if (found == known.end()) found = known.insert(known.end(), {route.pattern, {}, why_not_met});
    add_once(found->classes, name_of(route.route_class));
  };
  // Which lane it runs in makes no difference to policies.
  for (const http::Route& route : api::routes_of({}, http::Lane::Blocking))
    add(route, "");
  add(api::OperationsEndpoints::metrics_route(nullptr),
      metrics_have_a_port ? "has a port of its own (Metrics:Url), where no policies run" : "");
  return known;
}

}  // namespace

config::Surroundings surroundings_of(const config::GatewayConfig& config) {
  config::Surroundings around{known_routes(config.metrics_listen.has_value()), {}};
  for (const config::PluginSelection& plugin : config.plugins)
    add_once(around.plugin_kinds, name_of(plugin.kind));
  return around;
}

config::Surroundings usual_surroundings() {
  config::Surroundings around{known_routes(false), {}};
  for (const auto& [kind, name] : enum_names(PluginKind()))
    around.plugin_kinds.emplace_back(name);
  return around;
}

}  // namespace gateway::app
