// Which plugins the configuration selects: the section Plugins, or what is documented for its being left out.
// This is the one place of the core where plugins have names.
// Thread safety: plain values, pure functions.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/manifest.hpp>
#include <gateway/secret.hpp>

#include "core/config/fault.hpp"
#include "core/config/settings_tree.hpp"

namespace gateway::config {

// What the caller knows about a plugin in the folder, selected or not.
struct PluginInfo {
  std::string name;           // manifest id
  std::string section;        // configuration section it reads
  std::string config_schema;  // JSON Schema of that section
};

struct PluginSelection {
  PluginKind kind = PluginKind::Provider;
  std::string name;                   // which plugin
  std::string id;                     // which instance of it; unique
  std::optional<std::string> sha256;  // of the file, 64 hex digits
  Secret config{"{}"};                // its section as JSON text; may hold secrets
  std::string path;                   // of the entry: "Plugins:Providers:0"
  bool is_default = false;            // nobody has selected it: what is documented
  bool has_own_config = false;        // the entry has a Config, at path:Config
  std::string config_path;            // where its configuration stands: "Firebase", "Plugins:Storage:Config"
  std::map<std::string, std::string, std::less<>> written_at;  // keys of it that stand elsewhere, and where

  // Where an operator has written a key of its configuration, or would; "" is the whole of it.
  std::string path_of(std::string_view key) const;
};

// Selected plugins in the order in which they stand; `config` and where it stands are left to
// check_configuration(). An entry that is malformed is left out: the schema check or `faults` says why.
// `known`: the plugins in the folder, for "did you mean".
std::vector<PluginSelection> select_plugins(const SettingsTree& tree, const std::vector<PluginInfo>& known,
                                            Faults& faults, Faults& warnings);

// What the entries that are not among `selected`, since something is wrong with them, are probably meant to
// select of the plugins in the folder: their configuration is worth a check.
std::vector<PluginSelection> meant_plugins(const SettingsTree& tree, const std::vector<PluginInfo>& known,
                                           const std::vector<PluginSelection>& selected);

// A key that this plugin is given the value of a documented one as, where its own configuration has none.
struct GivenKey {
  std::string key;   // "ConnectionString"
  std::string from;  // "ConnectionStrings:Redis"
};
std::optional<GivenKey> connection_string_of(const PluginSelection& plugin);

// Whether tokens come from the provider, where Tokens:Issuer does not say.
bool passes_provider_tokens(const std::vector<PluginSelection>& plugins);

}  // namespace gateway::config
