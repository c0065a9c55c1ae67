#include "core/http/router.hpp"

#include <utility>

namespace gateway::http {

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) {
    const std::size_t brace = route.pattern.find('{');
    if (brace == std::string::npos) {
      exact_[route.pattern].push_back(&route);
    } else {
      by_prefix_[route.pattern.substr(0, brace)].push_back(&route);
    }
  }
}

Match Router::choose(const std::vector<const Route*>& candidates, Method method) {
  Match match;
  match.route_class = candidates.front()->route_class;
  const Method wanted = method == Method::Head ? Method::Get : method;
  for (const Route* route : candidates) {
    if (!route->method || *route->method == wanted) {
      match.route = route;
      match.route_class = route->route_class;
      return match;
    }
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += to_string(*route->method);
    if (*route->method == Method::Get) match.allow += ", HEAD";
  }
  return match;
}

Match Router::match(Method method, std::string_view path) const {
  if (const auto found = exact_.find(path); found != exact_.end()) return choose(found->second, method);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || slash + 1 == path.size()) return {};
  const auto found = by_prefix_.find(path.substr(0, slash + 1));
  if (found == by_prefix_.end()) return {};
  Match match = choose(found->second, method);
  match.parameter = path.substr(slash + 1);
  return match;
}

}  // namespace gateway::http
