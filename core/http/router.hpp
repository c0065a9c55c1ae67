// Router: from a method and a decoded path to a route. Paths are case-sensitive; HEAD is served by GET's
// route. Thread safety: immutable after construction. Ownership: owns its routes.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/http/route.hpp"

namespace gateway::http {

struct Match {
  const Route* route = nullptr;  // null: none
  std::string_view parameter;
  std::string allow;  // where the path exists and the method does not
  // Unknown then as well: a method that leads nowhere uses up none of the limit of those that do, and is
  // limited like any looking for paths. Below forward-auth's path it is Verify: a proxy may put something
  // behind its address, and asks about somebody else's request all the same.
  RouteClass route_class = RouteClass::Unknown;
};

class Router {
 public:
  explicit Router(std::vector<Route> routes);

  Match match(Method method, std::string_view path) const;
  const std::vector<Route>& routes() const noexcept { return routes_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  using ByPath = std::unordered_map<std::string, std::vector<const Route*>, Hash, std::equal_to<>>;

  // What one key of by_outside_ is: no path has two slashes together.
  static std::string outside(std::string_view before, std::string_view behind);
  Match nothing_at(std::string_view path) const;
  static Match choose(const std::vector<const Route*>& candidates, Method method);

  std::vector<Route> routes_;
  ByPath exact_;
  ByPath by_prefix_;   // of patterns that end in a parameter: what stands before it
  ByPath by_outside_;  // of those with a segment behind it: what stands before and behind
};

}  // namespace gateway::http
