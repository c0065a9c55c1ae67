// Every key of a plugin's schema says what it is for: where a value does not fit, that is the operator's
// hint.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <gateway/conformance/plugin_library.hpp>
#include <gateway/json.hpp>

namespace gateway::conformance {
namespace {

class Schema {
 public:
  explicit Schema(const char* plugin) {
    const auto library = PluginLibrary::open(plugin);
    if (!library) throw std::runtime_error(library.error().detail);
    auto schema = parse_json(library->manifest().config_schema.text);
    if (!schema) throw std::runtime_error(schema.error().detail);
    root_ = *std::move(schema);
    look_into(root_, "");
  }

  const std::vector<std::string>& undescribed() const { return undescribed_; }
  std::size_t described() const { return described_; }

 private:
  void look_into(const rapidjson::Value& schema, const std::string& path) {
    if (const rapidjson::Value* keys = member(schema, "properties")) {
      for (const auto& key : keys->GetObject())
        look_at(key.value, path + ":" + std::string(text_of(key.name)));
    }
    const rapidjson::Value* others = member(schema, "additionalProperties");
    if (others != nullptr && others->IsObject()) look_at(*others, path + ":*");
    if (const rapidjson::Value* items = member(schema, "items")) look_into(behind(*items), path + ":0");
  }
  void look_at(const rapidjson::Value& reference, const std::string& path) {
    const rapidjson::Value& schema = behind(reference);
    const rapidjson::Value* description = member(schema, "description");
    const bool is_sentence = description != nullptr && text_of(*description).ends_with('.');
    if (is_sentence)
      ++described_;
    else
      undescribed_.push_back(path);
    look_into(schema, path);
  }
  // Beside a "$ref" nothing is read.
  const rapidjson::Value& behind(const rapidjson::Value& schema) const {
    const rapidjson::Value* reference = member(schema, "$ref");
    if (reference == nullptr) return schema;
    EXPECT_EQ(schema.MemberCount(), 1U) << to_text(schema);
    const std::string_view name = text_of(*reference).substr(std::string_view("#/definitions/").size());
    return *member(*member(root_, "definitions"), name);
  }

  rapidjson::Document root_;
  std::vector<std::string> undescribed_;
  std::size_t described_ = 0;
};

TEST(SchemaDescriptions, every_key_has_one) {
  for (const char* plugin : {ALLOWED_HOSTS_PLUGIN, API_KEY_PLUGIN, CORS_PLUGIN, IP_ALLOW_PLUGIN, LOCAL_PLUGIN,
                             MEMORY_PLUGIN, RATE_LIMIT_PLUGIN, SECURITY_HEADERS_PLUGIN}) {
    const Schema schema(plugin);
    EXPECT_EQ(schema.undescribed(), std::vector<std::string>()) << plugin;
    EXPECT_GT(schema.described(), 0U) << plugin;
  }
}

}  // namespace
}  // namespace gateway::conformance
