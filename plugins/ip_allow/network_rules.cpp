#include "network_rules.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace gateway::ip_allow {

namespace {

std::vector<toolkit::IpNetwork> networks_of(const rapidjson::Value& rule, std::string_view path,
                                            std::string_view list) {
  std::vector<toolkit::IpNetwork> networks;
  const rapidjson::Value* entries = member(rule, list);
  if (entries == nullptr || !entries->IsArray()) return networks;
  for (const rapidjson::Value& entry : entries->GetArray()) {
    const std::string text = entry.IsString() ? std::string(text_of(entry)) : std::string();
    const auto network = toolkit::IpNetwork::parse(text);
    if (!network) {
      throw ConfigError(
          std::string(path) + std::string(list) + ": \"" + text +
          "\" is not a network: write 10.0.0.0/8, 2001:db8::/32 or an address, with nothing set "
          "behind the prefix");
    }
    networks.push_back(*network);
  }
  return networks;
}

// nullopt: neither list is there. A list that is there and empty would say nothing; somebody meant something
// by it.
std::optional<NetworkRule> rule_of(const rapidjson::Value& section, const std::string& path) {
  NetworkRule rule{networks_of(section, path, "Allow"), networks_of(section, path, "Deny")};
  for (const char* list : {"Allow", "Deny"}) {
    const rapidjson::Value* entries = member(section, list);
    if (entries != nullptr && entries->IsArray() && entries->Empty())
      throw ConfigError(path + list + ": is empty: leave it out, or name networks");
  }
  if (rule.allow.empty() && rule.deny.empty()) return std::nullopt;
  return rule;
}

bool contains(const std::vector<toolkit::IpNetwork>& networks, const toolkit::IpAddress& address) noexcept {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const toolkit::IpNetwork& network) { return network.contains(address); });
}

}  // namespace

bool NetworkRule::admits(const toolkit::IpAddress& address) const noexcept {
  return !contains(deny, address) && (allow.empty() || contains(allow, address));
}

NetworkRules::NetworkRules(const PluginConfig& config) {
  const auto general = rule_of(config.json(), "");
  const rapidjson::Value* classes = member(config.json(), "Classes");
  bool any = general.has_value();
  for (const auto& [route_class, name] : enum_names(RouteClass())) {
    auto& rule = of_class_[static_cast<std::size_t>(route_class)];
    const rapidjson::Value* own =
        classes != nullptr && classes->IsObject() ? member(*classes, name) : nullptr;
    if (own != nullptr) {
      const std::string path = "Classes:" + std::string(name) + ":";
      rule = rule_of(*own, path);
      if (!rule) throw ConfigError(path + " names no network: Allow or Deny");
      any = true;
    } else if (route_class != RouteClass::Health) {
      // A load balancer's checks come from addresses of its own; who wants them held up says so.
      rule = general;
    }
  }
  const rapidjson::Value* routes = member(config.json(), "Routes");
  if (routes != nullptr && routes->IsObject()) add_routes(*routes);
  if (!any && of_route_.empty()) {
    throw ConfigError(
        "names no network: set Allow, Deny, Classes or Routes, or leave ip-allow out of Plugins:Policies");
  }
}

void NetworkRules::add_routes(const rapidjson::Value& routes) {
  for (const auto& entry : routes.GetObject()) {
    const std::string route(text_of(entry.name));
    const std::string path = "Routes:" + route + ":";
    if (route.empty() || route.front() != '/')
      throw ConfigError(path + " is no route: write it as the API document does, /api/v1/users/{id}");
    auto rule = rule_of(entry.value, path);
    if (!rule) throw ConfigError(path + " names no network: Allow or Deny");
    of_route_.push_back({route, *std::move(rule)});
  }
  std::sort(of_route_.begin(), of_route_.end(),
            [](const RouteRule& a, const RouteRule& b) { return a.route < b.route; });
}

const NetworkRule* NetworkRules::rule_for(std::size_t class_index, std::string_view route) const noexcept {
  const auto found =
      std::lower_bound(of_route_.begin(), of_route_.end(), route,
                       [](const RouteRule& rule, std::string_view name) { return rule.route < name; });
  if (found != of_route_.end() && found->route == route) return &found->rule;
  const auto& rule = of_class_[class_index];
  return rule ? &*rule : nullptr;
}

bool NetworkRules::admits(RouteClass route_class, std::string_view route,
                          std::string_view address) const noexcept {
  const auto index = static_cast<std::size_t>(route_class);
  if (index >= of_class_.size()) return false;  // a class of a later contract
  const NetworkRule* rule = rule_for(index, route);
  if (rule == nullptr) return true;
  const auto parsed = toolkit::IpAddress::parse(address);
  return parsed && rule->admits(*parsed);
}

}  // namespace gateway::ip_allow
