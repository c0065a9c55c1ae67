// Shared by the tests of core/config: plugins as a folder may hold them, and sources made of text.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/config/configuration.hpp"

namespace gateway::config {

inline const std::vector<PluginInfo>& sample_plugins() {
  static const std::vector<PluginInfo> plugins{
      {"firebase", "Firebase", R"({"type":"object","additionalProperties":false,"required":["ProjectId"],
        "properties":{"ProjectId":{"type":"string","minLength":1},"CredentialsPath":{"type":"string"},
        "ApiKey":{"type":"string","writeOnly":true},"SkewSeconds":{"type":"integer","maximum":60}}})"},
      {"postgres", "ConnectionStrings", R"({"type":"object","required":["IdentityServiceDb"],
        "properties":{"IdentityServiceDb":{"type":"string"}}})"},
      {"cors", "Cors", R"({"type":"object","additionalProperties":false,"properties":{
        "AllowedOrigins":{"type":"array","items":{"$ref":"#/definitions/origin"}},
        "AllowCredentials":{"type":"boolean"}},"definitions":{"origin":{"type":"string","pattern":"^https?://"}}})"},
      {"rate-limit", "RateLimit", R"({"type":"object","additionalProperties":false,"properties":{
        "AuthEndpoints":{"type":"integer","minimum":1},"ReadEndpoints":{"type":"integer","minimum":1},
        "WriteEndpoints":{"type":"integer","minimum":1}}})"},
      {"allowed-hosts", "AllowedHosts", R"({"type":"object","additionalProperties":false,"properties":{
        "Value":{"type":"string","maxLength":100}}})"},
      {"security-headers", "SecurityHeaders", R"({"type":"object"})"},
      {"local", "Local", R"({"type":"object","additionalProperties":false,"properties":{
        "MemoryKiB":{"type":"integer"},"Pepper":{"type":"string"},"PepperSecret":{"type":"string"}}})"},
      {"memory", "Memory", R"({"type":"object"})"},
  };
  return plugins;
}

inline Sources sources_of(std::string json, Environment variables = {},
                          std::vector<std::string> overrides = {}) {
  Sources sources;
  if (!json.empty()) sources.files.push_back({"appsettings.json", std::move(json)});
  sources.variables = std::move(variables);
  sources.overrides = std::move(overrides);
  return sources;
}

inline CheckedConfiguration check(std::string json, Environment variables = {},
                                  std::vector<std::string> overrides = {}) {
  return check_configuration(sources_of(std::move(json), std::move(variables), std::move(overrides)),
                             sample_plugins());
}

// The fault at that path as "problem|hint|layer"; empty: none.
inline std::string fault_at(const Faults& faults, const std::string& path) {
  const auto it = std::find_if(faults.begin(), faults.end(), [&](const Fault& f) { return f.path == path; });
  return it == faults.end() ? "" : it->problem + "|" + it->hint + "|" + it->layer;
}

inline std::string all_of(const Faults& faults) {
  std::string text;
  for (const Fault& fault : faults)
    text += fault.path + ": " + fault.problem + " (" + fault.hint + ") [" + fault.layer + "]\n";
  return text;
}

inline const PluginSelection* plugin_of(const CheckedConfiguration& checked, const std::string& id) {
  const auto& plugins = checked.config.plugins;
  const auto it =
      std::find_if(plugins.begin(), plugins.end(), [&](const PluginSelection& p) { return p.id == id; });
  return it == plugins.end() ? nullptr : &*it;
}

inline std::string config_of(const CheckedConfiguration& checked, const std::string& id) {
  const PluginSelection* plugin = plugin_of(checked, id);
  return plugin == nullptr ? "(not selected)" : std::string(plugin->config.reveal());
}

inline ShownValue shown(const CheckedConfiguration& checked, const std::string& path) {
  const auto& values = checked.values;
  const auto it =
      std::find_if(values.begin(), values.end(), [&](const ShownValue& v) { return v.path == path; });
  return it == values.end() ? ShownValue{} : *it;
}

}  // namespace gateway::config
