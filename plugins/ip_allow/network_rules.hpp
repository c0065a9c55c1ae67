// NetworkRules: which networks may use which routes. A route's own rule stands instead of its class's, and a
// class's instead of the general one; nothing is added up. Within a rule, who is denied is not allowed, and
// an allow list lets nobody in that is not on it.
//
// Thread safety: immutable after construction. Nothing allocates in a decision. Errors: what cannot be meant
// is added to `faults`; an object with faults must not be used.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/config.hpp>
#include <gateway/policy.hpp>
#include <gateway/toolkit/ip_address.hpp>

namespace gateway::ip_allow {

struct NetworkRule {
  std::vector<toolkit::IpNetwork> allow;  // empty: everybody who is not denied
  std::vector<toolkit::IpNetwork> deny;

  bool admits(const toolkit::IpAddress& address) const noexcept;
};

class NetworkRules {
 public:
  NetworkRules(const PluginConfig& config, ConfigFaults& faults);

  // What is no address is admitted only where there is no rule.
  bool admits(RouteClass route_class, std::string_view route, std::string_view address) const noexcept;

 private:
  struct RouteRule {
    std::string route;
    NetworkRule rule;
  };
  void add_routes(const rapidjson::Value& routes, ConfigFaults& faults);
  // nullptr: everybody is admitted.
  const NetworkRule* rule_for(std::size_t class_index, std::string_view route) const noexcept;

  std::array<std::optional<NetworkRule>, kRouteClassCount> of_class_;
  std::vector<RouteRule> of_route_;  // by name
};

}  // namespace gateway::ip_allow
