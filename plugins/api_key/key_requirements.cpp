#include "key_requirements.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace gateway::api_key {

namespace {

std::optional<RouteClass> class_in(const rapidjson::Value& entry) {
  const rapidjson::Value* name = member(entry, "Class");
  if (name == nullptr || !name->IsString()) return std::nullopt;
  return parse_name<RouteClass>(text_of(*name));
}

std::vector<std::string> texts_in(const rapidjson::Value& entry, const char* name, const std::string& path) {
  std::vector<std::string> all;
  const rapidjson::Value* list = member(entry, name);
  if (list == nullptr) return all;
  if (!list->IsArray() || list->Empty()) throw ConfigError(path + name + ": leave it out, or name something");
  for (const rapidjson::Value& item : list->GetArray()) {
    if (!item.IsString() || item.GetStringLength() == 0)
      throw ConfigError(path + name + ": holds something that is no text, or empty");
    all.emplace_back(text_of(item));
  }
  return all;
}

bool contains(const std::vector<std::string>& all, std::string_view wanted) noexcept {
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

}  // namespace

bool Requirement::fits(std::string_view route) const noexcept {
  return routes.empty() || contains(routes, route);
}

KeyRequirements::KeyRequirements(const PluginConfig& config) {
  const rapidjson::Value* entries = member(config.json(), "Require");
  if (entries == nullptr || !entries->IsArray() || entries->Empty()) {
    throw ConfigError(
        "Require: names nothing that needs a key: set it, or leave api-key out of Plugins:Policies");
  }
  for (rapidjson::SizeType i = 0; i < entries->Size(); ++i) {
    const std::string path = "Require:" + std::to_string(i) + ":";
    const rapidjson::Value& entry = (*entries)[i];
    const auto route_class = entry.IsObject() ? class_in(entry) : std::nullopt;
    if (!route_class) throw ConfigError(path + "Class: is no class of routes");
    Requirement requirement{texts_in(entry, "Routes", path), texts_in(entry, "Scopes", path)};
    for (const std::string& route : requirement.routes) {
      if (route.front() == '/') continue;
      std::string fault = path;
      fault.append("Routes: \"").append(route).append("\" is no route: write it as the API document does");
      throw ConfigError(fault);
    }
    of_class_[static_cast<std::size_t>(*route_class)].push_back(std::move(requirement));
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
