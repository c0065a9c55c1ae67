#include "core/config/gateway_keywords.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <gateway/toolkit/nearest_name.hpp>

#include "core/config/key_names.hpp"

namespace gateway::config {

namespace {

constexpr std::string_view kPrefix = "x-gateway-";
constexpr std::string_view kRoutes = "x-gateway-routes";
constexpr std::string_view kNeeds = "x-gateway-needs";
constexpr std::string_view kOnlyWith = "x-gateway-only-with";

// Keywords leave names out: there is no member of none.
const rapidjson::Value* member_in(const rapidjson::Value& object, std::string_view name) {
  return object.IsObject() && !name.empty() ? gateway::member(object, name) : nullptr;
}

std::string_view text_in(const rapidjson::Value& object, std::string_view name) {
  const rapidjson::Value* value = member_in(object, name);
  return value != nullptr && value->IsString() ? text_of(*value) : std::string_view();
}

bool is_false(const rapidjson::Value& object, std::string_view name) {
  const rapidjson::Value* value = member_in(object, name);
  return value != nullptr && value->IsFalse();
}

bool holds(const std::vector<std::string>& all, std::string_view wanted) {
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

std::string listed(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names)
    all.append(all.empty() ? "" : " and ").append(name);
  return all;
}

std::string hint_for_kind(std::string_view kind) {
  return kind == "counters" ? "set ConnectionStrings:Redis or Plugins:Counters" : "select one in Plugins";
}

// Whether requests for that path meet the route: what was written may be an example, or another way of
// writing a parameter.
bool meets(const std::string& pattern, std::string_view path) {
  const auto wanted = split(pattern, "/");
  const auto given = split(path, "/");
  return wanted.size() == given.size() &&
         std::equal(wanted.begin(), wanted.end(), given.begin(), [](const auto& part, const auto& text) {
           return part == text || (part.starts_with('{') && !text.empty());
         });
}

class Check {
 public:
  Check(const Surroundings& around, Faults& faults, Faults& warnings)
      : around_(around), faults_(faults), warnings_(warnings) {}

  // `parent`: the object that the value is a member of, or the value itself at the root.
  void visit(const rapidjson::Value& value, const SchemaNode& schema, const std::string& path,
             const rapidjson::Value& parent) {
    obey(value, schema, path, parent);
    if (value.IsObject()) {
      for (const auto& entry : value.GetObject()) {
        const std::string_view name = text_of(entry.name);
        if (const rapidjson::Value* inner = schema.member(name))
          visit(entry.value, SchemaNode(*inner, schema.root()), join_path(path, name), value);
      }
    } else if (const rapidjson::Value* inner = schema.element(); value.IsArray() && inner != nullptr) {
      for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
        visit(value[i], SchemaNode(*inner, schema.root()), join_path(path, std::to_string(i)), parent);
    }
  }

 private:
  void obey(const rapidjson::Value& value, const SchemaNode& schema, const std::string& path,
            const rapidjson::Value& parent) {
    if (!schema.node().IsObject()) return;
    for (const auto& keyword : schema.node().GetObject()) {
      const std::string_view name = text_of(keyword.name);
      if (!name.starts_with(kPrefix)) continue;
      if (name == kRoutes) {
        check_routes(value, path, text_in(parent, text_in(keyword.value, "class_in")));
      } else if (name == kNeeds) {
        check_need(value, path, text_in(keyword.value, "plugin"));
      } else if (name == kOnlyWith) {
        const std::string_view other = text_in(keyword.value, "switch");
        check_use(path, text_in(keyword.value, "plugin"), is_false(parent, other) ? other : "");
      } else {
        faults_.push_back({path,
                           "its schema wants a check that this gateway does not have: " + std::string(name),
                           "use a gateway that has it, or another version of the plugin", ""});
      }
    }
  }

  void check_routes(const rapidjson::Value& value, const std::string& path, std::string_view route_class) {
    if (value.IsString()) {
      check_route(text_of(value), path, route_class);
    } else if (value.IsObject()) {
      for (const auto& entry : value.GetObject())
        check_route(text_of(entry.name), join_path(path, text_of(entry.name)), route_class);
    } else if (value.IsArray()) {
      for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
        if (value[i].IsString())
          check_route(text_of(value[i]), join_path(path, std::to_string(i)), route_class);
      }
    }
  }

  void check_route(std::string_view pattern, const std::string& path, std::string_view route_class) {
    const auto found = std::find_if(around_.routes.begin(), around_.routes.end(),
                                    [&](const KnownRoute& route) { return route.pattern == pattern; });
    if (found == around_.routes.end()) {
      faults_.push_back({path, "is no route of this gateway", hint_for_route(pattern), ""});
    } else if (!found->why_not_met.empty()) {
      faults_.push_back({path, found->why_not_met, "leave it out", ""});
    } else if (!route_class.empty() && !holds(found->classes, route_class)) {
      faults_.push_back(
          {path, "is a route of class " + listed(found->classes) + ", not " + std::string(route_class),
           "no request would ever meet this entry: name the other class, or leave the route out", ""});
    }
  }

  std::string hint_for_route(std::string_view pattern) const {
    std::vector<std::string> patterns;
    std::string meant;
    for (const KnownRoute& route : around_.routes) {
      patterns.push_back(route.pattern);
      if (meant.empty() && meets(route.pattern, pattern)) meant = route.pattern;
    }
    if (meant.empty()) meant = toolkit::nearest_name(pattern, patterns);
    return meant.empty() ? "write it as the API document does, for example /api/v1/users/{id}"
                         : "did you mean " + meant + "?";
  }

  void check_need(const rapidjson::Value& value, const std::string& path, std::string_view kind) {
    if (value.IsFalse() || holds(around_.plugin_kinds, kind)) return;
    faults_.push_back({path, "needs a plugin of kind " + std::string(kind) + ", and none is selected",
                       hint_for_kind(kind), ""});
  }

  void check_use(const std::string& path, std::string_view kind, std::string_view switched_off_by) {
    if (!holds(around_.plugin_kinds, kind)) {
      warnings_.push_back({path, "says nothing: no plugin of kind " + std::string(kind) + " is selected",
                           hint_for_kind(kind) + ", or leave it out", ""});
    } else if (!switched_off_by.empty()) {
      warnings_.push_back({path, "says nothing where " + std::string(switched_off_by) + " is false",
                           "leave one of them out", ""});
    }
  }

  const Surroundings& around_;
  Faults& faults_;
  Faults& warnings_;
};

}  // namespace

void check_gateway_keywords(const rapidjson::Value& section, const SchemaNode& schema,
                            const std::string& path, const Surroundings& around, Faults& faults,
                            Faults& warnings) {
  Check(around, faults, warnings).visit(section, schema, path, section);
}

}  // namespace gateway::config
