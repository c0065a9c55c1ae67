#include "key_requirements.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <gateway/api_keys.hpp>

namespace gateway::api_key {

namespace {

std::optional<RouteClass> class_in(const rapidjson::Value& entry) {
  const rapidjson::Value* name = member(entry, "Class");
  if (name == nullptr || !name->IsString()) return std::nullopt;
  return parse_name<RouteClass>(text_of(*name));
}

// What is no text stands as an empty one, which is neither a route nor a scope.
std::vector<std::string> texts_in(const rapidjson::Value& entry, const char* name, const std::string& path,
                                  ConfigFaults& faults) {
  std::vector<std::string> all;
  const rapidjson::Value* list = member(entry, name);
  if (list == nullptr) return all;
  if (!list->IsArray() || list->Empty()) {
    faults.add(path + name, "names nothing", "leave it out, or name something");
    return all;
  }
  for (const rapidjson::Value& item : list->GetArray())
    all.emplace_back(item.IsString() ? text_of(item) : std::string_view());
  return all;
}

bool contains(const std::vector<std::string>& all, std::string_view wanted) noexcept {
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

// What no key can have would let nobody in, which looks like keys that are refused for another reason.
void check_scopes(const std::vector<std::string>& scopes, const std::string& key, ConfigFaults& faults) {
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    if (is_api_key_scope(scopes[i])) continue;
    faults.add(key + ':' + std::to_string(i), "no key can have it",
               "write 1 to 100 visible ASCII characters without quotation mark and backslash");
  }
  if (std::set<std::string_view>(scopes.begin(), scopes.end()).size() > kMaxApiKeyScopes)
    faults.add(key, "no key can have more than " + std::to_string(kMaxApiKeyScopes), "ask for fewer");
}

void check_routes(const std::vector<std::string>& routes, const std::string& key, ConfigFaults& faults) {
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (!routes[i].empty() && routes[i].front() == '/') continue;
    faults.add(key + ':' + std::to_string(i), "is no route",
               "write it as the API document does, /api/v1/users/{id}");
  }
}

}  // namespace

bool Requirement::fits(std::string_view route) const noexcept {
  return routes.empty() || contains(routes, route);
}

KeyRequirements::KeyRequirements(const PluginConfig& config, ConfigFaults& faults) {
  const rapidjson::Value* entries = member(config.json(), "Require");
  if (entries == nullptr || !entries->IsArray() || entries->Empty()) {
    faults.add("Require", "names nothing that needs a key",
               "for example [{\"Class\": \"Read\", \"Scopes\": [\"users:read\"]}]; or leave api-key out of "
               "Plugins:Policies",
               {"Require"});
    return;
  }
  for (rapidjson::SizeType i = 0; i < entries->Size(); ++i) {
    const std::string path = "Require:" + std::to_string(i) + ":";
    const rapidjson::Value& entry = (*entries)[i];
    const auto route_class = class_in(entry);
    if (!route_class) faults.add(path + "Class", "is no class of routes", "name one, such as Verify");
    Requirement requirement{texts_in(entry, "Routes", path, faults), texts_in(entry, "Scopes", path, faults)};
    check_routes(requirement.routes, path + "Routes", faults);
    check_scopes(requirement.scopes, path + "Scopes", faults);
    if (route_class) of_class_[static_cast<std::size_t>(*route_class)].push_back(std::move(requirement));
  }
}

const std::vector<Requirement>& KeyRequirements::of(RouteClass route_class) const noexcept {
  static const std::vector<Requirement> kNone;
  const auto index = static_cast<std::size_t>(route_class);
  return index < of_class_.size() ? of_class_[index] : kNone;
}

bool KeyRequirements::need_key(RouteClass route_class, std::string_view route) const noexcept {
  const auto& all = of(route_class);
  return std::any_of(all.begin(), all.end(), [&](const Requirement& each) { return each.fits(route); });
}

bool KeyRequirements::met_by(const std::vector<std::string>& scopes, RouteClass route_class,
                             std::string_view route) const noexcept {
  const auto& all = of(route_class);
  return std::all_of(all.begin(), all.end(), [&](const Requirement& each) {
    return !each.fits(route) ||
           std::all_of(each.scopes.begin(), each.scopes.end(),
                       [&](const std::string& scope) { return contains(scopes, scope); });
  });
}

}  // namespace gateway::api_key
