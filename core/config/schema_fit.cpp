#include "core/config/schema_fit.hpp"

#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include <rapidjson/pointer.h>

#include <gateway/toolkit/nearest_name.hpp>

#include "core/config/key_names.hpp"

namespace gateway::config {

namespace {

const rapidjson::Value* object_keyword(const SchemaNode& schema, std::string_view name) {
  const rapidjson::Value* found = schema.keyword(name);
  return found != nullptr && found->IsObject() ? found : nullptr;
}

std::vector<std::string> names_of(const rapidjson::Value& object) {
  std::vector<std::string> names;
  for (const auto& entry : object.GetObject())
    names.emplace_back(text_of(entry.name));
  return names;
}

template <class Number>
bool read_whole(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// A text that is not what the schema wants stays a text: the check says what is wrong with it.
void read_text(SettingsTree& tree, rapidjson::Value& value, const SchemaNode& schema) {
  const std::string_view text = text_of(value);
  std::int64_t integer = 0;
  double number = 0;
  if ((schema.allows("integer") || schema.allows("number")) && read_whole(text, integer)) {
    value.SetInt64(integer);
  } else if (schema.allows("number") && read_whole(text, number) && std::isfinite(number)) {
    value.SetDouble(number);
  } else if (schema.allows("boolean") && (same_name(text, "true") || same_name(text, "false"))) {
    value.SetBool(same_name(text, "true"));
  } else if (schema.allows("array") || schema.allows("object")) {
    const auto parsed = parse_json(text);
    if (parsed &&
        ((parsed->IsArray() && schema.allows("array")) || (parsed->IsObject() && schema.allows("object")))) {
      value.CopyFrom(*parsed, tree.allocator());
    }
  }
}

void spell_enumeration(SettingsTree& tree, rapidjson::Value& value, const SchemaNode& schema) {
  const rapidjson::Value* allowed = schema.keyword("enum");
  if (allowed == nullptr || !allowed->IsArray()) return;
  for (const auto& candidate : allowed->GetArray()) {
    if (candidate.IsString() && same_name(text_of(candidate), text_of(value))) {
      value.CopyFrom(candidate, tree.allocator());
      return;
    }
  }
}

std::string hint_for_unknown(std::string_view name, const rapidjson::Value& object,
                             const SchemaNode& schema) {
  const rapidjson::Value* properties = schema.properties();
  if (properties == nullptr || properties->ObjectEmpty()) return "leave it out: there are no keys here";
  const std::string meant = toolkit::nearest_name(name, names_of(*properties));
  if (meant.empty()) return "known are " + keys_of(schema);
  if (find_member(object, meant) != nullptr) return "leave it out: " + meant + " is set as well";
  return "did you mean " + meant + "?";
}

void fit_members(SettingsTree& tree, rapidjson::Value& object, const SchemaNode& schema,
                 const std::string& path, Faults& faults) {
  constexpr std::size_t kMostUnknown = 100;
  const rapidjson::Value* properties = schema.properties();
  std::size_t unknown = 0;
  for (auto& entry : members_of(object)) {
    const auto* known = properties == nullptr ? nullptr : find_member(*properties, text_of(entry.name));
    if (known != nullptr) entry.name.CopyFrom(known->name, tree.allocator());
    const std::string entry_path = join_path(path, text_of(entry.name));
    if (const auto* member = schema.member(text_of(entry.name))) {
      fit(tree, entry.value, SchemaNode(*member, schema.root()), entry_path, faults);
    } else if (schema.is_closed() && ++unknown <= kMostUnknown) {
      faults.push_back({entry_path, "unknown key",
                        hint_for_unknown(text_of(entry.name), std::as_const(object), schema),
                        tree.layer_of(entry_path)});
    }
  }
}

}  // namespace

SchemaNode::SchemaNode(const rapidjson::Value& node, const rapidjson::Value& root)
    : node_(&node), root_(&root) {
  constexpr int kMaxReferences = 8;
  for (int i = 0; i < kMaxReferences; ++i) {
    const rapidjson::Value* reference = keyword("$ref");
    if (reference == nullptr || !reference->IsString()) return;
    const rapidjson::Pointer pointer(reference->GetString(), reference->GetStringLength());
    const rapidjson::Value* target = pointer.IsValid() ? pointer.Get(root) : nullptr;
    if (target == nullptr) return;
    node_ = target;
  }
}

const rapidjson::Value* SchemaNode::keyword(std::string_view name) const {
  return node_->IsObject() ? gateway::member(*node_, name) : nullptr;
}

bool SchemaNode::allows(std::string_view type) const {
  const rapidjson::Value* types = keyword("type");
  if (types == nullptr) return true;
  if (types->IsString()) return text_of(*types) == type;
  if (!types->IsArray()) return false;
  for (const auto& candidate : types->GetArray()) {
    if (candidate.IsString() && text_of(candidate) == type) return true;
  }
  return false;
}

std::string SchemaNode::types() const {
  const rapidjson::Value* types = keyword("type");
  if (types == nullptr) return "any value";
  if (types->IsString()) return std::string(text_of(*types));
  std::string all;
  if (types->IsArray()) {
    for (const auto& candidate : types->GetArray()) {
      if (!candidate.IsString()) continue;
      if (!all.empty()) all += " or ";
      all += text_of(candidate);
    }
  }
  return all;
}

const rapidjson::Value* SchemaNode::properties() const {
  return object_keyword(*this, "properties");
}

const rapidjson::Value* SchemaNode::member(std::string_view name) const {
  if (const rapidjson::Value* own = properties()) {
    if (const auto* found = find_member(*own, name)) return &found->value;
  }
  return object_keyword(*this, "additionalProperties");
}

const rapidjson::Value* SchemaNode::element() const {
  return object_keyword(*this, "items");
}

bool SchemaNode::is_closed() const {
  const rapidjson::Value* others = keyword("additionalProperties");
  return others != nullptr && others->IsFalse() && keyword("patternProperties") == nullptr;
}

std::string keys_of(const SchemaNode& schema) {
  return schema.properties() == nullptr ? "" : joined(names_of(*schema.properties()));
}

std::string range_of(const SchemaNode& schema) {
  const rapidjson::Value* least = schema.keyword("minimum");
  const rapidjson::Value* most = schema.keyword("maximum");
  return least == nullptr || most == nullptr ? "" : to_text(*least) + " to " + to_text(*most);
}

std::string meaning_at(const SchemaNode& schema, std::string_view key) {
  SchemaNode node = schema;
  std::string_view meaning;
  for (const std::string& segment : split(key, ":")) {
    const rapidjson::Value* next = node.member(segment);
    const bool is_element = next == nullptr;
    if (is_element) next = node.element();
    if (next == nullptr) return {};
    node = SchemaNode(*next, node.root());
    const rapidjson::Value* text = node.keyword("description");
    if (text != nullptr && text->IsString()) {
      meaning = text_of(*text);
    } else if (!is_element) {
      meaning = {};
    }
  }
  const auto end = meaning.find(". ");
  return std::string(meaning.substr(0, end == std::string_view::npos ? end : end + 1));
}

void fit(SettingsTree& tree, rapidjson::Value& value, const SchemaNode& schema, const std::string& path,
         Faults& faults) {
  if (value.IsString()) {
    const Origin* origin = tree.origin(path);
    if (origin != nullptr && origin->is_text && !schema.allows("string")) read_text(tree, value, schema);
  }
  if (value.IsString()) {
    spell_enumeration(tree, value, schema);
  } else if (value.IsObject()) {
    fit_members(tree, value, schema, path, faults);
  } else if (const rapidjson::Value* element = schema.element(); value.IsArray() && element != nullptr) {
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
      fit(tree, value[i], SchemaNode(*element, schema.root()), join_path(path, std::to_string(i)), faults);
    }
  }
}

void fill_defaults(SettingsTree& tree, rapidjson::Value& object, const SchemaNode& schema,
                   const std::string& path) {
  const rapidjson::Value* properties = schema.properties();
  if (properties == nullptr || !object.IsObject()) return;
  for (const auto& property : properties->GetObject()) {
    const std::string entry_path = join_path(path, text_of(property.name));
    const SchemaNode node(property.value, schema.root());
    if (auto* entry = find_member(object, text_of(property.name))) {
      fill_defaults(tree, entry->value, node, entry_path);
    } else if (const rapidjson::Value* given = node.keyword("default")) {
      tree.add_default(object, entry_path, property.name, *given);
    } else if (!node.allows("string")) {
      rapidjson::Value section(rapidjson::kObjectType);
      fill_defaults(tree, section, node, entry_path);
      if (section.MemberCount() > 0) {
        object.AddMember(rapidjson::Value(property.name, tree.allocator()), section, tree.allocator());
      }
    }
  }
}

}  // namespace gateway::config
