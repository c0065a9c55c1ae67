#include "core/http/router.hpp"

#include <utility>

namespace gateway::http {

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) {
    const std::size_t brace = route.pattern.find('{');
    if (brace == std::string::npos) {
      exact_[route.pattern].push_back(&route);
    } else {
      const std::size_t end = route.pattern.find('}');
      const std::string before = route.pattern.substr(0, brace);
      const std::string behind = end == std::string::npos ? std::string() : route.pattern.substr(end + 1);
      (behind.empty() ? by_prefix_[before] : by_outside_[outside(before, behind)]).push_back(&route);
    }
  }
}

std::string Router::outside(std::string_view before, std::string_view behind) {
  return std::string(before).append(behind);
}

Match Router::choose(const std::vector<const Route*>& candidates, Method method) {
  Match match;
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

Match Router::nothing_at(std::string_view path) const {
  Match match;
  for (const Route& route : routes_) {
    if (route.route_class != RouteClass::Verify || !path.starts_with(route.pattern)) continue;
    const std::string_view behind = path.substr(route.pattern.size());
    if (behind.starts_with('/') || behind.starts_with(';')) match.route_class = RouteClass::Verify;
  }
  return match;
}

Match Router::match(Method method, std::string_view path) const {
  if (const auto found = exact_.find(path); found != exact_.end()) return choose(found->second, method);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || slash + 1 == path.size()) return nothing_at(path);
  std::size_t begin = slash + 1;
  std::size_t end = path.size();
  const ByPath* routes = &by_prefix_;
  auto found = by_prefix_.find(path.substr(0, begin));
  if (found == by_prefix_.end() && slash > 0) {
    begin = path.rfind('/', slash - 1) + 1;
    end = slash;
    routes = &by_outside_;
    found = by_outside_.find(outside(path.substr(0, begin), path.substr(end)));
  }
  if (found == routes->end() || begin == end) return nothing_at(path);
  Match match = choose(found->second, method);
  match.parameter = path.substr(begin, end - begin);
  return match;
}

}  // namespace gateway::http
