// KeyRequirements: which requests need an API key, and with which scopes. A request needs what every entry
// that fits it asks for; one that no entry fits needs none.
//
// Thread safety: immutable after construction. Errors: what cannot be meant is added to `faults`; an
// object with faults must not be used.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/config.hpp>
#include <gateway/policy.hpp>

namespace gateway::api_key {

struct Requirement {
  std::vector<std::string> routes;  // patterns; empty: the whole class
  std::vector<std::string> scopes;

  bool fits(std::string_view route) const noexcept;
};

class KeyRequirements {
 public:
  KeyRequirements(const PluginConfig& config, ConfigFaults& faults);

  bool any_of(RouteClass route_class) const noexcept { return !of(route_class).empty(); }
  bool need_key(RouteClass route_class, std::string_view route) const noexcept;
  // Whether a key with these scopes is enough.
  bool met_by(const std::vector<std::string>& scopes, RouteClass route_class,
              std::string_view route) const noexcept;

 private:
  const std::vector<Requirement>& of(RouteClass route_class) const noexcept;

  std::array<std::vector<Requirement>, kRouteClassCount> of_class_;
};

}  // namespace gateway::api_key
