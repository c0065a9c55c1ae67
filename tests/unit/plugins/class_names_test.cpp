// The schemas of policies list the classes of routes; the SDK says which there are.
#include <set>

#include <gtest/gtest.h>

#include <gateway/conformance/plugin_library.hpp>
#include <gateway/json.hpp>
#include <gateway/policy.hpp>

namespace gateway::conformance {
namespace {

using Names = std::set<std::string>;

const rapidjson::Value& at(const rapidjson::Value& from, std::initializer_list<const char*> path) {
  const rapidjson::Value* here = &from;
  for (const char* name : path) {
    const rapidjson::Value* next = here->IsObject() ? member(*here, name) : nullptr;
    if (next == nullptr) throw std::runtime_error(std::string("no ") + name);
    here = next;
  }
  return *here;
}

rapidjson::Document schema_of(const char* plugin) {
  const auto library = PluginLibrary::open(plugin);
  if (!library) throw std::runtime_error(library.error().detail);
  auto schema = parse_json(library->manifest().config_schema.text);
  if (!schema) throw std::runtime_error(schema.error().detail);
  return *std::move(schema);
}

Names class_names() {
  Names names;
  for (const auto& [route_class, name] : enum_names(RouteClass()))
    names.emplace(name);
  return names;
}

TEST(ClassNames, every_class_has_one) {
  EXPECT_EQ(class_names().size(), static_cast<std::size_t>(kRouteClassCount));
  for (std::int32_t i = 0; i < kRouteClassCount; ++i) {
    const std::string_view name = name_of(static_cast<RouteClass>(i));
    EXPECT_NE(name, "") << i;
    EXPECT_EQ(parse_name<RouteClass>(name), static_cast<RouteClass>(i));
  }
}

TEST(ClassNames, schemas_know_them_all_and_no_others) {
  const auto api_key = schema_of(API_KEY_PLUGIN);
  Names listed;
  for (const auto& name :
       at(api_key, {"properties", "Require", "items", "properties", "Class", "enum"}).GetArray())
    listed.emplace(text_of(name));
  EXPECT_EQ(listed, class_names());

  const auto ip_allow = schema_of(IP_ALLOW_PLUGIN);
  listed.clear();
  for (const auto& entry : at(ip_allow, {"properties", "Classes", "properties"}).GetObject())
    listed.emplace(text_of(entry.name));
  EXPECT_EQ(listed, class_names());
}

}  // namespace
}  // namespace gateway::conformance
