// PluginConfig: the plugin's own section of the configuration, already checked against the schema in its
// manifest, so that reading it cannot meet a wrong type; what is left out has the default given here. Where
// keys are at fault, a constructor may be asked what it thinks of the rest: of a section without those, which
// still satisfies the schema. Thread safety: immutable. Ownership: owns the parsed section.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/config_fault.hpp>
#include <gateway/json.hpp>
#include <gateway/secret.hpp>

namespace gateway {

class PluginConfig {
 public:
  // Throws ConfigError when the text is not a JSON object.
  explicit PluginConfig(std::string_view json) {
    auto parsed = parse_json(json);
    if (!parsed) throw ConfigError(parsed.error().detail);
    if (!parsed->IsObject()) throw ConfigError("the configuration section is not an object");
    section_ = std::make_unique<rapidjson::Document>(std::move(*parsed));
  }

  const rapidjson::Value& json() const noexcept { return *section_; }

  std::optional<std::string> text(std::string_view name) const {
    const rapidjson::Value* value = find(name);
    if (value == nullptr || !value->IsString()) return std::nullopt;
    return std::string(text_of(*value));
  }
  std::string text(std::string_view name, std::string_view fallback) const {
    return text(name).value_or(std::string(fallback));
  }
  Secret secret(std::string_view name) const { return Secret(text(name, "")); }
  std::int64_t integer(std::string_view name, std::int64_t fallback) const {
    const rapidjson::Value* value = find(name);
    return value != nullptr && value->IsInt64() ? value->GetInt64() : fallback;
  }
  bool boolean(std::string_view name, bool fallback) const {
    const rapidjson::Value* value = find(name);
    return value != nullptr && value->IsBool() ? value->GetBool() : fallback;
  }
  std::vector<std::string> texts(std::string_view name) const {
    std::vector<std::string> items;
    const rapidjson::Value* value = find(name);
    if (value == nullptr || !value->IsArray()) return items;
    for (const rapidjson::Value& item : value->GetArray()) {
      if (item.IsString()) items.emplace_back(text_of(item));
    }
    return items;
  }

 private:
  const rapidjson::Value* find(std::string_view name) const { return member(*section_, name); }
  std::unique_ptr<rapidjson::Document> section_;
};

}  // namespace gateway
