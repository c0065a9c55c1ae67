#include "core/config/schema_check.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "core/config/key_names.hpp"

namespace gateway::config {

namespace {

// Of a list that is wrong from end to end, an operator reads the beginning.
constexpr std::size_t kMostFaults = 100;

using Adapter = valijson::adapters::RapidJsonAdapter;

std::string_view type_of(const rapidjson::Value& value) {
  switch (value.GetType()) {
    case rapidjson::kNullType:
      return "nothing";
    case rapidjson::kFalseType:
    case rapidjson::kTrueType:
      return "boolean";
    case rapidjson::kObjectType:
      return "object";
    case rapidjson::kArrayType:
      return "array";
    case rapidjson::kStringType:
      return "string";
    case rapidjson::kNumberType:
      return value.IsInt64() || value.IsUint64() ? "integer" : "number";
  }
  return "";
}

// A finding of the validator's: where, in the value and in the schema.
struct Place {
  const rapidjson::Value* value;
  std::optional<SchemaNode> schema;  // nullopt: behind a keyword that SchemaNode does not follow
  std::string path;
};

// Context elements after the first ("<root>") are "[name]" and "[index]".
Place find_place(const rapidjson::Value& root, const SchemaNode& schema, const std::string& path,
                 const std::vector<std::string>& context) {
  Place place{&root, schema, path};
  for (std::size_t i = 1; i < context.size(); ++i) {
    const std::string name = context[i].substr(1, context[i].size() - 2);
    place.path = join_path(place.path, name);
    const rapidjson::Value* next_schema = nullptr;
    const rapidjson::Value* next_value = nullptr;
    if (place.value != nullptr && place.value->IsObject()) {
      next_value = member(*place.value, name);
      if (place.schema) next_schema = place.schema->member(name);
    } else if (place.value != nullptr && place.value->IsArray()) {
      const auto index = static_cast<rapidjson::SizeType>(std::strtoul(name.c_str(), nullptr, 10));
      next_value = index < place.value->Size() ? &(*place.value)[index] : nullptr;
      if (place.schema) next_schema = place.schema->element();
    }
    place.value = next_value;
    place.schema =
        next_schema == nullptr ? std::nullopt : std::optional(SchemaNode(*next_schema, schema.root()));
  }
  return place;
}

// The validator reports a fault once where it is and once more at every level above it.
bool is_echo(std::string_view description) {
  constexpr std::array<std::string_view, 6> kEchoes{
      "Failed to validate against schema associated with", "Failed to validate item #",
      "Failed to validate against additional properties",  "Failed to validate against child schema",
      "Failed to validate against dependent schema",       "Cannot validate item #"};
  return std::any_of(kEchoes.begin(), kEchoes.end(),
                     [&](std::string_view echo) { return description.starts_with(echo); });
}

std::string quoted_name(std::string_view description) {
  const auto first = description.find('\'');
  const auto last = description.rfind('\'');
  // The first quotes of the sentence about properties stand around keywords.
  const auto from = description.starts_with("Object contains") ? description.find(": '") + 2 : first;
  if (first == std::string_view::npos || last <= from) return {};
  return std::string(description.substr(from + 1, last - from - 1));
}

std::string allowed_values(const SchemaNode& schema) {
  std::string all;
  const rapidjson::Value* allowed = schema.keyword("enum");
  if (allowed == nullptr || !allowed->IsArray()) return all;
  for (const auto& value : allowed->GetArray()) {
    if (!all.empty()) all += ", ";
    all += value.IsString() ? std::string(text_of(value)) : to_text(value);
  }
  return all;
}

// "Expected number greater than or equal to 1.000000" -> "… 1"
std::string without_zero_fraction(std::string text) {
  if (const auto dot = text.rfind('.'); dot != std::string::npos &&
                                        text.find_first_not_of('0', dot + 1) == std::string::npos &&
                                        dot + 1 < text.size()) {
    text.resize(dot);
  }
  return text;
}

// "integer from 1 to 60"
std::string expected(const SchemaNode& schema) {
  const std::string range = range_of(schema);
  return schema.types() + (range.empty() ? "" : " from " + range);
}

bool is_out_of_range(std::string_view description) {
  return description.starts_with("Expected number greater") ||
         description.starts_with("Expected number less");
}

Fault fault_of(const Place& place, const std::string& description) {
  Fault fault{place.path, "", "", ""};
  if (description.starts_with("Value type not permitted")) {
    fault.problem = "expected " + (place.schema ? expected(*place.schema) : std::string("another type"));
    if (place.value != nullptr) fault.problem += ", found " + std::string(type_of(*place.value));
    if (place.schema && place.schema->properties() != nullptr)
      fault.hint = "its keys are " + keys_of(*place.schema);
  } else if (description.starts_with("Missing required property")) {
    fault.path = join_path(place.path, quoted_name(description));
    fault.problem = "is missing";
  } else if (description.starts_with("Object contains a property")) {
    fault.path = join_path(place.path, quoted_name(description));
    fault.problem = "unknown key";
  } else if (description.starts_with("Failed to match against any enum") && place.schema) {
    fault.problem = "is none of " + allowed_values(*place.schema);
  } else if (description.starts_with("Failed to match regex")) {
    fault.problem = "does not have the form that is wanted";
  } else if (is_out_of_range(description) && place.schema && !range_of(*place.schema).empty()) {
    fault.problem = "expected " + expected(*place.schema);
  } else {
    fault.problem = without_zero_fraction(description);
    fault.problem.front() = lower_case(fault.problem.substr(0, 1)).front();
  }
  return fault;
}

// References that lead to references in a circle, or nowhere: the validator would follow them for ever.
bool has_broken_reference(const rapidjson::Value& root, const rapidjson::Value& value, int depth = 0) {
  constexpr int kMaxDepth = 64;
  if (depth > kMaxDepth) return true;
  if (value.IsArray()) {
    return std::any_of(value.Begin(), value.End(),
                       [&](const auto& element) { return has_broken_reference(root, element, depth + 1); });
  }
  if (!value.IsObject()) return false;
  // SchemaNode has followed them as far as it does.
  const rapidjson::Value* left = SchemaNode(value, root).keyword("$ref");
  if (left != nullptr && left->IsString()) return true;
  const auto members = value.GetObject();
  return std::any_of(members.begin(), members.end(),
                     [&](const auto& entry) { return has_broken_reference(root, entry.value, depth + 1); });
}

void refuse_schema(const std::string& path, Faults& faults) {
  faults.push_back({path, "its schema cannot be used", "report it to the author of the plugin", ""});
}

// "Host" of "Firebase:Host" and "Firebase"; empty of the place itself.
std::string_view below(std::string_view place, std::string_view path) {
  if (place.empty()) return path;
  return path.size() > place.size() ? path.substr(place.size() + 1) : std::string_view();
}

}  // namespace

bool has_fault_at(const Faults& faults, std::string_view path) {
  return std::any_of(faults.begin(), faults.end(),
                     [&](const Fault& fault) { return same_name(fault.path, path); });
}

bool has_fault_within(const Faults& faults, std::string_view path) {
  return std::any_of(faults.begin(), faults.end(), [&](const Fault& fault) {
    return same_name(std::string_view(fault.path).substr(0, path.size()), path) &&
           (fault.path.size() == path.size() || fault.path[path.size()] == ':');
  });
}

void check_schema(const SettingsTree& tree, const rapidjson::Value& value, const SchemaNode& schema,
                  const std::string& path, Faults& faults) {
  valijson::ValidationResults results;
  if (has_broken_reference(schema.root(), schema.root())) return refuse_schema(path, faults);
  try {
    valijson::Schema rules;
    valijson::SchemaParser parser;
    parser.populateSchema(Adapter(schema.root()), rules);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    if (validator.validate(rules, Adapter(value), &results)) return;
  } catch (const std::exception&) {
    // What the library throws may quote the schema or, from a regular expression, the value.
    return refuse_schema(path, faults);
  }
  Faults found;
  std::size_t more = 0;
  for (const auto& [context, description] : results) {
    if (is_echo(description)) continue;
    if (found.size() == kMostFaults) {
      ++more;
      continue;
    }
    Fault fault = fault_of(find_place(value, schema, path, context), description);
    fault.layer = tree.layer_of(fault.path);
    // A list that is set by index from the environment, not from its beginning.
    const bool is_gap = fault.layer.empty() && fault.problem.ends_with(", found nothing") &&
                        index_in(fault.path.substr(fault.path.rfind(':') + 1));
    if (is_gap) fault.hint = "nothing sets this element: the first of a list has the index 0";
    if (fault.hint.empty()) fault.hint = meaning_at(schema, below(path, fault.path));
    found.push_back(std::move(fault));
  }
  // One fault per key, and a wrong type before what follows from it.
  std::stable_partition(found.begin(), found.end(), [](const Fault& fault) {
    return fault.problem.find(", found ") != std::string::npos;
  });
  if (found.empty()) found.push_back({path, "is not what its schema wants", "", tree.layer_of(path)});
  for (Fault& fault : found) {
    if (!has_fault_at(faults, fault.path)) faults.push_back(std::move(fault));
  }
  if (more > 0) faults.push_back({path, std::to_string(more) + " more faults", "", tree.layer_of(path)});
}

}  // namespace gateway::config
