#include "network_rules.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace gateway::ip_allow {

namespace {

// A list that is there and says nothing is a fault: somebody meant something by it.
std::vector<toolkit::IpNetwork> networks_of(const rapidjson::Value& rule, const char* list,
                                            const std::string& key, ConfigFaults& faults) {
  std::vector<toolkit::IpNetwork> networks;
  const rapidjson::Value* entries = member(rule, list);
  if (entries == nullptr) return networks;
  if (!entries->IsArray() || entries->Empty()) {
    faults.add(key, "names no network", "name some, or leave the list out", {key});
    return networks;
  }
  for (rapidjson::SizeType i = 0; i < entries->Size(); ++i) {
    const rapidjson::Value& entry = (*entries)[i];
    const std::string text = entry.IsString() ? std::string(text_of(entry)) : std::string();
    if (const auto network = toolkit::IpNetwork::parse(text)) {
      networks.push_back(*network);
    } else {
      faults.add(key + ':' + std::to_string(i), '"' + text + "\" is not a network",
                 "write 10.0.0.0/8, 2001:db8::/32 or an address, with nothing set behind the prefix");
    }
  }
  return networks;
}

// `path` leads to the section: empty, or with a colon at its end. nullopt: neither list is there.
std::optional<NetworkRule> rule_of(const rapidjson::Value& section, const std::string& path,
                                   ConfigFaults& faults) {
  if (member(section, "Allow") == nullptr && member(section, "Deny") == nullptr) return std::nullopt;
  return NetworkRule{networks_of(section, "Allow", path + "Allow", faults),
                     networks_of(section, "Deny", path + "Deny", faults)};
}

// Of a class or a route, which is named for the sake of its lists.
NetworkRule own_rule_of(const rapidjson::Value& section, const std::string& key, ConfigFaults& faults) {
  auto rule = rule_of(section, key + ':', faults);
  if (!rule) faults.add(key, "names no network", "give it Allow or Deny, or leave it out", {key});
  return rule.value_or(NetworkRule());
}

bool contains(const std::vector<toolkit::IpNetwork>& networks, const toolkit::IpAddress& address) noexcept {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const toolkit::IpNetwork& network) { return network.contains(address); });
}

}  // namespace

bool NetworkRule::admits(const toolkit::IpAddress& address) const noexcept {
  return !contains(deny, address) && (allow.empty() || contains(allow, address));
}

NetworkRules::NetworkRules(const PluginConfig& config, ConfigFaults& faults) {
  const auto general = rule_of(config.json(), "", faults);
  const rapidjson::Value* classes = member(config.json(), "Classes");
  bool any = general.has_value();
  for (const auto& [route_class, name] : enum_names(RouteClass())) {
    auto& rule = of_class_[static_cast<std::size_t>(route_class)];
    const rapidjson::Value* own =
        classes != nullptr && classes->IsObject() ? member(*classes, name) : nullptr;
    if (own != nullptr) {
      rule = own_rule_of(*own, "Classes:" + std::string(name), faults);
      any = true;
    } else if (route_class != RouteClass::Health) {
      // A load balancer's checks come from addresses of its own; who wants them held up says so.
      rule = general;
    }
  }
  const rapidjson::Value* routes = member(config.json(), "Routes");
  if (routes != nullptr && routes->IsObject()) add_routes(*routes, faults);
  if (!any && of_route_.empty()) {
    faults.add("", "names no network",
               "set Allow, Deny, Classes or Routes, or leave ip-allow out of Plugins:Policies",
               {"Allow", "Deny", "Classes", "Routes"});
  }
}

void NetworkRules::add_routes(const rapidjson::Value& routes, ConfigFaults& faults) {
  for (const auto& entry : routes.GetObject()) {
    const std::string route(text_of(entry.name));
    const std::string key = "Routes:" + route;
    if (route.empty() || route.front() != '/')
      faults.add(key, "is no route", "write it as the API document does, /api/v1/users/{id}");
    of_route_.push_back({route, own_rule_of(entry.value, key, faults)});
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
