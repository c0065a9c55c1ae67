// Fits a tree to its schema before it is checked: names and enumeration values get the schema's spelling,
// strings of the environment and the command line become the number, boolean, list or object that the schema
// wants, and names the schema does not know become faults with the nearest known name. fill_defaults() adds
// what the schema gives for keys that nobody set.
// Understood of a schema: type, properties, additionalProperties, items (one schema), enum, default, and
// references inside the document. What lies behind other keywords is left as it is.
// Thread safety: pure functions of their arguments.
#pragma once

#include <string>

#include "core/config/fault.hpp"
#include "core/config/settings_tree.hpp"

namespace gateway::config {

// A place in a schema: `node`, with references resolved against `root`.
class SchemaNode {
 public:
  SchemaNode(const rapidjson::Value& node, const rapidjson::Value& root);
  explicit SchemaNode(const rapidjson::Value& root) : SchemaNode(root, root) {}

  const rapidjson::Value& node() const noexcept { return *node_; }
  // The keyword's value, or nullptr.
  const rapidjson::Value* keyword(std::string_view name) const;
  bool allows(std::string_view type) const;    // "type" names it; true where there is no "type"
  std::string types() const;                   // "integer", "string or object"
  const rapidjson::Value* properties() const;  // nullptr where there are none
  // The schema of the member of that name (in any case), or of an element of a list; nullptr where none says.
  const rapidjson::Value* member(std::string_view name) const;
  const rapidjson::Value* element() const;
  // Names that are not in properties() are faults.
  bool is_closed() const;
  const rapidjson::Value& root() const noexcept { return *root_; }

 private:
  const rapidjson::Value* node_;
  const rapidjson::Value* root_;
};

// The names of an object's keys, as "A, B".
std::string keys_of(const SchemaNode& schema);

// "1 to 60"; empty where a bound is missing.
std::string range_of(const SchemaNode& schema);

// What the key is for: the first sentence of its description; an element of a list is for what the list is
// for. Empty where the schema does not say.
std::string meaning_at(const SchemaNode& schema, std::string_view key);

void fit(SettingsTree& tree, rapidjson::Value& value, const SchemaNode& schema, const std::string& path,
         Faults& faults);

void fill_defaults(SettingsTree& tree, rapidjson::Value& object, const SchemaNode& schema,
                   const std::string& path);

}  // namespace gateway::config
