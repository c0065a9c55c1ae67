#include "core/config/reference.hpp"

#include "core/config/key_names.hpp"
#include "core/config/schema_fit.hpp"

namespace gateway::config {

namespace {

std::string type_of(const SchemaNode& node) {
  const rapidjson::Value* allowed = node.keyword("enum");
  if (allowed != nullptr && allowed->IsArray()) {
    std::string all;
    for (const auto& value : allowed->GetArray())
      all += (all.empty() ? "`" : ", `") + (value.IsString() ? std::string(text_of(value)) : to_text(value)) +
             "`";
    return all;
  }
  if (const rapidjson::Value* element = node.element()) {
    return "list of " + SchemaNode(*element, node.root()).types();
  }
  const std::string range = range_of(node);
  return node.types() + (range.empty() ? "" : ", " + range);
}

std::string default_of(const SchemaNode& node) {
  const rapidjson::Value* value = node.keyword("default");
  return value == nullptr ? "" : "`" + to_text(*value) + "`";
}

void append_rows(std::string& out, const SchemaNode& schema, const std::string& path) {
  for (const auto& property : schema.properties()->GetObject()) {
    const std::string property_path = join_path(path, text_of(property.name));
    const SchemaNode node(property.value, schema.root());
    // Of a reference the description beside it, not the one behind it.
    const rapidjson::Value* meaning = member(property.value, "description");
    if (meaning != nullptr) {
      out += "| `" + property_path + "` | " + type_of(node) + " | " + default_of(node) + " | " +
             std::string(text_of(*meaning)) + " |\n";
    }
    const bool is_section = node.properties() != nullptr && !node.allows("string");
    if (is_section) append_rows(out, node, property_path);
  }
}

// Every key of an object, and of objects in it; of a list what an element has.
void append_keys(std::string& out, const SchemaNode& schema, const std::string& path, int depth = 0) {
  // A schema may refer to itself.
  constexpr int kMaxDepth = 4;
  constexpr std::size_t kMaxBytes = 256 * 1024;
  if (depth > kMaxDepth || out.size() > kMaxBytes) return;
  const rapidjson::Value* others = schema.keyword("additionalProperties");
  if (others != nullptr && others->IsObject())
    append_keys(out, SchemaNode(*others, schema.root()), join_path(path, "<name>"), depth + 1);
  if (schema.properties() == nullptr) return;
  for (const auto& property : schema.properties()->GetObject()) {
    // What a section that is a plain value arrives as.
    const bool is_plain = depth == 0 && text_of(property.name) == "Value";
    const std::string property_path = is_plain ? path : join_path(path, text_of(property.name));
    const SchemaNode node(property.value, schema.root());
    out += "  " + property_path + "  " + type_of(node) + "\n";
    const rapidjson::Value* meaning = node.keyword("description");
    if (meaning != nullptr && meaning->IsString()) out += "      " + std::string(text_of(*meaning)) + "\n";
    append_keys(out, node, property_path, depth + 1);
    if (const rapidjson::Value* element = node.element())
      append_keys(out, SchemaNode(*element, node.root()), join_path(property_path, "0"), depth + 1);
  }
}

}  // namespace

std::string reference_text(const rapidjson::Value& schema, const std::string& section) {
  std::string out;
  append_keys(out, SchemaNode(schema), section);
  return out;
}

std::string reference_markdown(const rapidjson::Value& schema) {
  std::string out =
      "# Configuration reference\n\n"
      "Every key of the gateway itself; each plugin documents its own section. Made from "
      "`gateway_schema.json` by\n"
      "`gateway_config_reference`. In the environment a key is written with `__`: "
      "`Tokens__AccessTokenMinutes`.\n\n"
      "| Key | Type | Default | Meaning |\n|---|---|---|---|\n";
  append_rows(out, SchemaNode(schema), "");
  return out;
}

}  // namespace gateway::config
