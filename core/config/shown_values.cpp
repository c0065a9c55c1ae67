#include "core/config/shown_values.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/config/gateway_schema.hpp"
#include "core/config/key_names.hpp"
#include "core/config/schema_fit.hpp"

namespace gateway::config {

namespace {

constexpr const char* kMask = "***";

// A URL without what may be secret in it: user information, query and fragment (RFC 3986, section 3). A
// password need not be encoded as it should, so that user information ends with the last "@".
std::string without_secrets(std::string url) {
  const std::size_t colon = url.find("://");
  if (colon == std::string::npos) return url;
  if (const std::size_t end = url.find_first_of("?#", colon);
      end != std::string::npos && end + 1 < url.size())
    url.replace(end + 1, std::string::npos, kMask);
  const std::size_t begin = colon + 3;
  if (const std::size_t at = url.rfind('@', url.find_first_of("?#", colon));
      at != std::string::npos && at > begin)
    url.replace(begin, at - begin, kMask);
  return url;
}

// A key, or the JSON around one, that stands where its path should.
bool holds_key(std::string_view text) {
  return text.starts_with('{') || text.find("PRIVATE KEY") != std::string_view::npos;
}

using Schemas = std::map<std::string, rapidjson::Document>;

class Collector {
 public:
  Collector(const SettingsTree& tree, const Schemas& schemas) : tree_(tree), schemas_(schemas) {}

  // What is known of a value from the levels above it.
  struct Knowledge {
    std::optional<SchemaNode> schema;
    bool is_plugins = false;     // names count only there: the gateway's own schema marks its secrets
    bool is_secret = false;      // as the schema says
    bool sounds_secret = false;  // as the name does, of which the schema may say otherwise
  };

  void collect(const rapidjson::Value& value, const std::string& path, Knowledge known) {
    if (known.schema) {
      const rapidjson::Value* mark = known.schema->keyword("writeOnly");
      known.is_secret = known.is_secret || (mark != nullptr && mark->IsTrue());
      if (mark != nullptr && mark->IsFalse()) known.sounds_secret = false;
    }
    if (value.IsObject() && value.MemberCount() > 0) {
      for (const auto& entry : value.GetObject())
        collect(entry.value, join_path(path, text_of(entry.name)), below(value, entry, known));
    } else if (value.IsArray() && !value.Empty()) {
      Knowledge element = known;
      const rapidjson::Value* schema = known.schema ? known.schema->element() : nullptr;
      element.schema = schema == nullptr ? std::nullopt : node(*schema, *known.schema);
      for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
        collect(value[i], join_path(path, std::to_string(i)), element);
    } else {
      shown_.push_back({path, text(value, known), tree_.layer_of(path)});
    }
  }

  std::vector<ShownValue> take() && { return std::move(shown_); }

 private:
  static std::optional<SchemaNode> node(const rapidjson::Value& schema, const SchemaNode& parent) {
    return SchemaNode(schema, parent.root());
  }

  Knowledge below(const rapidjson::Value& object, const rapidjson::Value::Member& entry,
                  const Knowledge& known) const {
    const std::string_view name = text_of(entry.name);
    Knowledge inner = known;
    const rapidjson::Value* schema = known.schema ? known.schema->member(name) : nullptr;
    inner.schema = schema == nullptr ? std::nullopt : node(*schema, *known.schema);
    inner.sounds_secret = known.sounds_secret || (known.is_plugins && sounds_secret(name));
    // The Config of an entry of Plugins is described by the plugin.
    const rapidjson::Value* plugin = member(object, "Name");
    if (!known.is_plugins && name == "Config" && plugin != nullptr && plugin->IsString()) {
      const auto found = schemas_.find(std::string(text_of(*plugin)));
      inner.schema = found == schemas_.end() ? std::nullopt : std::optional(SchemaNode(found->second));
      inner.is_plugins = true;
    }
    return inner;
  }

  static std::string text(const rapidjson::Value& value, const Knowledge& known) {
    const bool is_empty = value.IsNull() || value.IsObject() || value.IsArray() ||
                          (value.IsString() && value.GetStringLength() == 0);
    if (!is_empty && (known.is_secret || known.sounds_secret || !known.schema)) return kMask;
    if (value.IsString() && holds_key(text_of(value))) return kMask;
    return value.IsString() ? without_secrets(std::string(text_of(value))) : to_text(value);
  }

  const SettingsTree& tree_;
  const Schemas& schemas_;
  std::vector<ShownValue> shown_;
};

}  // namespace

std::vector<ShownValue> shown_values(const SettingsTree& tree, const std::vector<PluginInfo>& plugins,
                                     const Schemas& schemas) {
  Collector collector(tree, schemas);
  const SchemaNode own(gateway_schema());
  for (const auto& entry : tree.root().GetObject()) {
    const std::string name(text_of(entry.name));
    Collector::Knowledge known;
    if (const rapidjson::Value* schema = own.member(name)) {
      known.schema = SchemaNode(*schema, own.root());
    } else {
      known.is_plugins = true;
      known.sounds_secret = sounds_secret(name);
      const auto reader = std::find_if(plugins.begin(), plugins.end(), [&](const PluginInfo& plugin) {
        return same_name(plugin.section, name);
      });
      const auto found = reader == plugins.end() ? schemas.end() : schemas.find(reader->name);
      if (found != schemas.end()) known.schema = SchemaNode(found->second);
    }
    collector.collect(entry.value, name, known);
  }
  return std::move(collector).take();
}

}  // namespace gateway::config
