#include "core/config/plugin_selection.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <gateway/toolkit/nearest_name.hpp>

#include "core/config/key_names.hpp"
#include "core/config/schema_check.hpp"

namespace gateway::config {

namespace {

// What runs where the section Plugins does not say.
struct Defaults {
  std::vector<std::string> providers;
  std::string storage;
  std::vector<std::string> policies;
};

constexpr const char* kConnectionPath = "ConnectionStrings:IdentityServiceDb";
constexpr const char* kRedis = "ConnectionStrings:Redis";

bool has_connection_string(const SettingsTree& tree, std::string_view path = kConnectionPath) {
  const rapidjson::Value* text = tree.find(path);
  return text != nullptr && text->IsString() && text->GetStringLength() > 0;
}

// Who names a server means one: an empty variable must not lead to memory, nor to limits of each instance's
// own.
bool has_empty_connection_string(const SettingsTree& tree, std::string_view path = kConnectionPath) {
  const rapidjson::Value* text = tree.find(path);
  return text != nullptr && text->IsString() && text->GetStringLength() == 0;
}

Defaults documented_defaults(const SettingsTree& tree) {
  const std::vector<std::string> all{"allowed-hosts", "cors", "rate-limit", "security-headers"};
  if (tree.find("Firebase") != nullptr) return {{"firebase"}, "postgres", all};
  if (has_connection_string(tree)) return {{"local"}, "postgres", all};
  return {{"local"}, "memory", {"allowed-hosts", "security-headers"}};
}

// Names become file names, ids become the provider of identities.
bool is_plugin_name(std::string_view name, std::size_t max_bytes) {
  return !name.empty() && name.size() <= max_bytes && name.front() >= 'a' && name.front() <= 'z' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

class Selector {
 public:
  Selector(const SettingsTree& tree, std::vector<std::string> known, Faults& faults)
      : tree_(tree), known_(std::move(known)), faults_(faults) {}

  void add_default(PluginKind kind, const std::string& name, const std::string& path) {
    keep({.kind = kind,
          .name = name,
          .id = name,
          .sha256 = {},
          .config = Secret("{}"),
          .path = path,
          .is_default = true});
  }

  void add(PluginKind kind, const rapidjson::Value& entry, const std::string& path) {
    PluginSelection plugin{.kind = kind, .path = path};
    if (entry.IsString()) {
      plugin.name = text_of(entry);
    } else if (entry.IsObject()) {
      plugin.name = text_in(entry, "Name").value_or("");
      plugin.sha256 = text_in(entry, "Sha256");
      const auto* config = member(entry, "Config");
      plugin.has_own_config = config != nullptr && config->IsObject();
    }
    if (plugin.name.empty()) return;  // the schema check says so
    plugin.id = entry.IsObject() ? text_in(entry, "Id").value_or(plugin.name) : plugin.name;
    if (plugin.sha256 && !is_digest(*plugin.sha256)) {
      fault(join_path(path, "Sha256"), "is not 64 hexadecimal digits", "sha256sum tells it of a file");
    }
    keep(std::move(plugin));
  }

  std::vector<PluginSelection> take() && { return std::move(plugins_); }

 private:
  static std::optional<std::string> text_in(const rapidjson::Value& entry, std::string_view name) {
    const auto* value = member(entry, name);
    return value != nullptr && value->IsString() ? std::optional(std::string(text_of(*value))) : std::nullopt;
  }
  static bool is_digest(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  }

  void keep(PluginSelection plugin) {
    constexpr const char* kForm = "lower-case letters, digits and '-', a letter first";
    if (!is_plugin_name(plugin.name, 64)) {
      const std::string meant = toolkit::did_you_mean(plugin.name, known_);
      fault(plugin.path, "is not the name of a plugin", meant.empty() ? kForm : meant);
    } else if (!is_plugin_name(plugin.id, 32)) {
      fault(join_path(plugin.path, "Id"), "is not an id (at most 32 characters)", kForm);
    } else if (!ids_.insert(plugin.id).second) {
      fault(plugin.path, "another plugin has the id " + plugin.id, "give one of them an Id of its own");
    } else {
      plugins_.push_back(std::move(plugin));
    }
  }
  void fault(const std::string& path, std::string problem, std::string hint) {
    faults_.push_back({path, std::move(problem), std::move(hint), tree_.layer_of(path)});
  }

  const SettingsTree& tree_;
  const std::vector<std::string> known_;
  Faults& faults_;
  std::vector<PluginSelection> plugins_;
  std::set<std::string> ids_;
};

std::vector<std::string> names_of(const std::vector<PluginInfo>& plugins) {
  std::vector<std::string> names;
  names.reserve(plugins.size());
  for (const PluginInfo& plugin : plugins)
    names.push_back(plugin.name);
  return names;
}

// Every entry that may be meant to select a plugin, whatever is wrong with it.
void add_entries(PluginKind kind, const rapidjson::Value* entry, const std::string& path,
                 std::vector<PluginSelection>& entries) {
  if (entry == nullptr) return;
  PluginSelection found{.kind = kind, .path = path};
  if (entry->IsString()) found.name = text_of(*entry);
  if (entry->IsObject()) {
    const auto* name = member(*entry, "Name");
    const auto* config = member(*entry, "Config");
    if (name != nullptr && name->IsString()) found.name = text_of(*name);
    found.has_own_config = config != nullptr && config->IsObject();
  }
  if (!found.name.empty()) entries.push_back(std::move(found));
  if (!entry->IsArray()) return;
  for (rapidjson::SizeType i = 0; i < entry->Size(); ++i)
    add_entries(kind, &(*entry)[i], join_path(path, std::to_string(i)), entries);
}

}  // namespace

std::vector<PluginSelection> meant_plugins(const SettingsTree& tree, const std::vector<PluginInfo>& known,
                                           const std::vector<PluginSelection>& selected) {
  std::vector<PluginSelection> entries;
  for (const auto& [kind, path] : {std::pair{PluginKind::Provider, "Plugins:Providers"},
                                   std::pair{PluginKind::Storage, "Plugins:Storage"},
                                   std::pair{PluginKind::Counters, "Plugins:Counters"},
                                   std::pair{PluginKind::Policy, "Plugins:Policies"}})
    add_entries(kind, tree.find(path), path, entries);
  const std::vector<std::string> names = names_of(known);
  std::vector<PluginSelection> meant;
  for (PluginSelection& entry : entries) {
    const bool is_known = std::find(names.begin(), names.end(), entry.name) != names.end();
    const bool is_selected = std::any_of(selected.begin(), selected.end(), [&](const auto& plugin) {
      return plugin.path == entry.path && !plugin.is_default;
    });
    if (is_known && is_selected) continue;
    if (!is_known) entry.name = toolkit::nearest_name(entry.name, names);
    entry.id = entry.name;
    if (!entry.name.empty()) meant.push_back(std::move(entry));
  }
  return meant;
}

std::vector<PluginSelection> select_plugins(const SettingsTree& tree, const std::vector<PluginInfo>& known,
                                            Faults& faults, Faults& warnings) {
  const Defaults defaults = documented_defaults(tree);
  Selector selector(tree, names_of(known), faults);
  const auto add_list = [&](PluginKind kind, const std::string& path,
                            const std::vector<std::string>& otherwise) {
    const rapidjson::Value* list = tree.find(path);
    if (list == nullptr) {
      for (const std::string& name : otherwise)
        selector.add_default(kind, name, path);
    } else if (list->IsArray()) {
      for (rapidjson::SizeType i = 0; i < list->Size(); ++i)
        selector.add(kind, (*list)[i], join_path(path, std::to_string(i)));
    }
  };
  add_list(PluginKind::Provider, "Plugins:Providers", defaults.providers);
  if (const rapidjson::Value* storage = tree.find("Plugins:Storage")) {
    selector.add(PluginKind::Storage, *storage, "Plugins:Storage");
  } else {
    selector.add_default(PluginKind::Storage, defaults.storage, "Plugins:Storage");
    if (has_fault_at(faults, kConnectionPath)) {
      // Told already.
    } else if (has_empty_connection_string(tree)) {
      faults.push_back({kConnectionPath, "is empty", "set it, or Plugins:Storage to memory if that is meant",
                        tree.layer_of(kConnectionPath)});
    } else if (defaults.storage == "postgres" && tree.find(kConnectionPath) == nullptr) {
      faults.push_back({kConnectionPath, "is missing",
                        "with a section Firebase users are kept in PostgreSQL: set it, or Plugins:Storage to "
                        "memory if that is meant",
                        ""});
    } else if (defaults.storage == "memory") {
      warnings.push_back({"Plugins:Storage", "users are kept in memory and lost when the gateway ends",
                          "set ConnectionStrings:IdentityServiceDb, or Plugins:Storage if that is meant",
                          ""});
    }
  }
  if (const rapidjson::Value* counters = tree.find("Plugins:Counters")) {
    selector.add(PluginKind::Counters, *counters, "Plugins:Counters");
  } else if (has_connection_string(tree, kRedis)) {
    selector.add_default(PluginKind::Counters, "redis", "Plugins:Counters");
  } else if (has_empty_connection_string(tree, kRedis) && !has_fault_at(faults, kRedis)) {
    faults.push_back({kRedis, "is empty", "set it, or leave it out if each instance shall count by itself",
                      tree.layer_of(kRedis)});
  }
  add_list(PluginKind::Policy, "Plugins:Policies", defaults.policies);
  return std::move(selector).take();
}

std::string PluginSelection::path_of(std::string_view key) const {
  const auto elsewhere = written_at.find(key);
  return elsewhere != written_at.end() ? elsewhere->second
         : key.empty()                 ? config_path
                                       : join_path(config_path, key);
}

std::optional<GivenKey> connection_string_of(const PluginSelection& plugin) {
  if (plugin.kind == PluginKind::Counters && plugin.name == "redis")
    return GivenKey{"ConnectionString", kRedis};
  if (plugin.kind == PluginKind::Storage && plugin.name == "postgres")
    return GivenKey{"IdentityServiceDb", kConnectionPath};
  return std::nullopt;
}

bool passes_provider_tokens(const std::vector<PluginSelection>& plugins) {
  const auto first = std::find_if(plugins.begin(), plugins.end(),
                                  [](const PluginSelection& p) { return p.kind == PluginKind::Provider; });
  return first != plugins.end() && first->name == "firebase";
}

}  // namespace gateway::config
