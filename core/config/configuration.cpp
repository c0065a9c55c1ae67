#include "core/config/configuration.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <gateway/toolkit/nearest_name.hpp>

#include "core/config/gateway_schema.hpp"
#include "core/config/key_names.hpp"
#include "core/config/schema_check.hpp"
#include "core/config/schema_fit.hpp"
#include "core/config/shown_values.hpp"

namespace gateway::config {

namespace {

KnownKeys known_keys(const std::vector<PluginInfo>& plugins) {
  KnownKeys known;
  const SchemaNode schema(gateway_schema());
  for (const auto& property : schema.properties()->GetObject()) {
    const bool is_section = SchemaNode(property.value, schema.root()).allows("object");
    (is_section ? known.sections : known.values).emplace_back(text_of(property.name));
  }
  for (const PluginInfo& plugin : plugins) {
    if (schema.member(plugin.section) == nullptr && !plugin.section.empty()) {
      known.sections.push_back(plugin.section);
    }
  }
  return known;
}

void fit_and_check(SettingsTree& tree, Faults& faults) {
  const SchemaNode schema(gateway_schema());
  fit(tree, tree.root(), schema, "", faults);
  check_schema(tree, tree.root(), schema, "", faults);
  fill_defaults(tree, tree.root(), schema, "");
}

// Tokens:IssuerUrl where nobody says: the one default that no schema can give, because it follows Urls.
void derive_issuer(SettingsTree& tree) {
  rapidjson::Value* tokens = tree.find("Tokens");
  const rapidjson::Value* urls = tree.find("Urls");
  if (tokens == nullptr || !tokens->IsObject() || find_member(*tokens, "IssuerUrl") != nullptr) return;
  const std::string listens = urls != nullptr && urls->IsString() ? std::string(text_of(*urls)) : "";
  const auto address = parse_listen_address(listens);
  const auto url = address ? local_url(*address) : Result<std::string>(address.error());
  const std::string issuer = url ? *url : "http://127.0.0.1:8080";
  tree.add_default(*tokens, "Tokens:IssuerUrl", rapidjson::Value("IssuerUrl"),
                   rapidjson::Value(issuer, tree.allocator()));
}

// What the selection of plugins and the first provider mean where nobody says: an operator is shown what
// holds.
void fill_selection(SettingsTree& tree, const std::vector<PluginSelection>& selected) {
  auto& memory = tree.allocator();
  if (tree.find("Plugins") == nullptr)
    tree.root().AddMember("Plugins", rapidjson::Value(rapidjson::kObjectType), memory);
  const auto add = [&](const char* section, const char* name, const rapidjson::Value& value) {
    rapidjson::Value* object = tree.find(section);
    if (object != nullptr && object->IsObject() && find_member(*object, name) == nullptr)
      tree.add_default(*object, join_path(section, name), rapidjson::Value(rapidjson::StringRef(name)),
                       value);
  };
  rapidjson::Value providers(rapidjson::kArrayType);
  rapidjson::Value policies(rapidjson::kArrayType);
  for (const PluginSelection& plugin : selected) {
    if (!plugin.is_default) continue;
    rapidjson::Value name(plugin.name, memory);
    if (plugin.kind == PluginKind::Provider) providers.PushBack(name, memory);
    if (plugin.kind == PluginKind::Policy) policies.PushBack(name, memory);
    if (plugin.kind == PluginKind::Storage) add("Plugins", "Storage", name);
    if (plugin.kind == PluginKind::Counters) add("Plugins", "Counters", name);
  }
  add("Plugins", "Providers", providers);
  add("Plugins", "Policies", policies);
  add("Tokens", "Issuer",
      rapidjson::Value(rapidjson::StringRef(passes_provider_tokens(selected) ? "Provider" : "Gateway")));
}

// The checks of one run that concern plugins.
class PluginSections {
 public:
  PluginSections(SettingsTree& tree, const std::vector<PluginInfo>& plugins, Faults& faults, Faults& warnings)
      : tree_(tree), plugins_(plugins), faults_(faults), warnings_(warnings) {
    for (const PluginInfo& plugin : plugins_) {
      auto schema = parse_json(plugin.config_schema);
      if (!schema || !schema->IsObject()) {
        faults_.push_back(
            {plugin.section, "the plugin " + plugin.name + " has no usable configuration schema", "", ""});
        continue;
      }
      schemas_.emplace(plugin.name, *std::move(schema));
    }
    spell_sections();
  }

  const std::map<std::string, rapidjson::Document>& schemas() const { return schemas_; }

  // Checks the section or the own Config of a selected plugin and keeps it as its configuration.
  void configure(PluginSelection& selection) {
    const PluginInfo* info = find(selection.name);
    const auto schema = schemas_.find(selection.name);
    selection.config_path = selection.path;
    selected_.insert(selection.name);
    if (selection.has_own_config) {
      selection.config_path = join_path(selection.path, "Config");
    } else {
      if (info == nullptr || info->section.empty()) return;
      selection.config_path = info->section;
      read_.insert(lower_case(info->section));
    }
    const std::string& path = selection.config_path;
    give_connection_string(selection);
    rapidjson::Value* section = tree_.find(path);
    rapidjson::Value none(rapidjson::kObjectType);
    if (section == nullptr) section = &none;
    // A text of the command line that is an object; what is wrong in it is told below.
    Faults ignored;
    const bool is_text = section->IsString() && schema != schemas_.end();
    if (is_text && SchemaNode(schema->second).member("Value") == nullptr)
      fit(tree_, *section, SchemaNode(schema->second), path, ignored);
    if (schema == schemas_.end()) {
      selection.config = Secret(to_text(*section));
    } else if (section->IsObject()) {
      check_object(*section, schema->second, selection);
      selection.config = Secret(to_text(*section));
    } else {
      check_value(*section, schema->second, selection);
    }
  }

  // After all configure(): sections that nobody reads.
  void check_the_rest(bool knows_all_sections) {
    std::vector<std::string> names;
    for (const auto& property : gateway_schema()["properties"].GetObject())
      names.emplace_back(text_of(property.name));
    for (const PluginInfo& plugin : plugins_) {
      if (!plugin.section.empty()) names.push_back(plugin.section);
    }
    for (const auto& entry : std::as_const(tree_).root().GetObject()) {
      const std::string name(text_of(entry.name));
      const auto reader = std::find_if(plugins_.begin(), plugins_.end(),
                                       [&](const PluginInfo& p) { return same_name(p.section, name); });
      const bool is_own = gateway_schema()["properties"].HasMember(name);
      const bool is_read = read_.count(lower_case(name)) > 0;
      if (!is_own && reader == plugins_.end()) {
        const std::string meant = toolkit::did_you_mean(name, names);
        // Where no plugin could be asked, every section may be one's.
        if (plugins_.empty() && meant.empty()) continue;
        Faults& found = knows_all_sections ? faults_ : warnings_;
        const char* otherwise =
            knows_all_sections ? "leave it out" : "leave it out, unless it is of a plugin that is not there";
        found.push_back({name, "unknown section: neither the gateway nor a plugin in the folder reads it",
                         meant.empty() ? otherwise : meant, tree_.layer_of(name)});
      } else if (!is_own && !is_read && selected_.count(reader->name) > 0) {
        warnings_.push_back(
            {name, "is not read: where " + reader->name + " is selected, it has a Config of its own",
             "leave the section out, or the Config", tree_.layer_of(name)});
      } else if (!is_own && !is_read) {
        warnings_.push_back({name, "is not read: the plugin " + reader->name + " is not selected",
                             "select it in Plugins, or leave the section out", tree_.layer_of(name)});
      }
    }
  }

 private:
  const PluginInfo* find(std::string_view name) const {
    const auto it = std::find_if(plugins_.begin(), plugins_.end(),
                                 [&](const PluginInfo& plugin) { return plugin.name == name; });
    return it == plugins_.end() ? nullptr : &*it;
  }

  // ConnectionStrings is where all of them are documented to stand; a plugin reads one section.
  void give_connection_string(PluginSelection& selection) {
    const std::string& path = selection.config_path;
    const auto wanted = connection_string_of(selection);
    if (!wanted || tree_.find(join_path(path, wanted->key)) != nullptr) return;
    selection.written_at[wanted->key] = wanted->from;
    rapidjson::Value text;
    if (const rapidjson::Value* given = std::as_const(tree_).find(wanted->from);
        given != nullptr && given->IsString())
      text.SetString(given->GetString(), given->GetStringLength(), tree_.allocator());
    if (text.IsNull()) return;
    if (tree_.find(path) == nullptr) {
      // Only the section at the root can be missing: what has a Config of its own has one.
      tree_.root().AddMember(rapidjson::Value(path, tree_.allocator()),
                             rapidjson::Value(rapidjson::kObjectType), tree_.allocator());
    }
    if (rapidjson::Value* section = tree_.find(path); section->IsObject())
      tree_.add_default(*section, join_path(path, wanted->key),
                        rapidjson::Value(wanted->key, tree_.allocator()), text);
  }

  void spell_sections() {
    for (auto& entry : members_of(tree_.root())) {
      for (const PluginInfo& plugin : plugins_) {
        if (same_name(plugin.section, text_of(entry.name)))
          entry.name.SetString(plugin.section, tree_.allocator());
      }
    }
  }

  void check_object(rapidjson::Value& section, const rapidjson::Document& schema,
                    const PluginSelection& selection) {
    const SchemaNode node(schema);
    const std::string& path = selection.config_path;
    // Told once, however many instances of the plugin read the section.
    if (!checked_.insert(selection.name + ' ' + path).second) return;
    // A key of the gateway that a plugin reads too (ConnectionStrings) has been fitted.
    if (!gateway_schema()["properties"].HasMember(path)) fit(tree_, section, node, path, faults_);
    Faults found;
    check_schema(tree_, section, node, path, found);
    for (Fault& fault : found) {
      const auto elsewhere =
          std::find_if(selection.written_at.begin(), selection.written_at.end(),
                       [&](const auto& entry) { return fault.path == join_path(path, entry.first); });
      if (elsewhere != selection.written_at.end()) fault.path = elsewhere->second;
      if (!has_fault_at(faults_, fault.path)) faults_.push_back(std::move(fault));
    }
  }

  // A plugin's configuration is an object; of a key that is a plain value (AllowedHosts) it gets {"Value":
  // …}.
  void check_value(const rapidjson::Value& value, const rapidjson::Document& schema,
                   PluginSelection& selection) {
    const std::string& path = selection.config_path;
    selection.written_at["Value"] = path;
    Faults found;
    if (SchemaNode(schema).member("Value") == nullptr) {
      // It wants an object, and says so.
      check_schema(tree_, value, SchemaNode(schema), path, found);
      for (Fault& fault : found) {
        if (!has_fault_at(faults_, fault.path)) faults_.push_back(std::move(fault));
      }
      return;
    }
    rapidjson::Document wrapped(rapidjson::kObjectType);
    wrapped.AddMember("Value", rapidjson::Value(value, wrapped.GetAllocator()), wrapped.GetAllocator());
    check_schema(tree_, wrapped, SchemaNode(schema), "", found);
    for (Fault& fault : found) {
      fault.path = path;
      fault.layer = tree_.layer_of(path);
      if (!has_fault_at(faults_, path)) faults_.push_back(std::move(fault));
    }
    selection.config = Secret(to_text(wrapped));
  }

  SettingsTree& tree_;
  const std::vector<PluginInfo>& plugins_;
  Faults& faults_;
  Faults& warnings_;
  std::map<std::string, rapidjson::Document> schemas_;
  std::set<std::string> read_;
  std::set<std::string> checked_;
  std::set<std::string> selected_;
};

}  // namespace

std::string plugin_directory(const Sources& sources) {
  Faults ignored;
  const SettingsTree tree = merge_sources(sources, known_keys({}), ignored);
  const rapidjson::Value* directory = tree.find("Plugins:Directory");
  return directory != nullptr && directory->IsString() ? std::string(text_of(*directory)) : "";
}

Result<ListenAddress> listen_address(const Sources& sources) {
  Faults faults = sources.faults;
  Faults merging;
  const SettingsTree tree = merge_sources(sources, known_keys({}), merging);
  std::copy_if(merging.begin(), merging.end(), std::back_inserter(faults), [&](const Fault& fault) {
    return same_name(fault.path, "Urls") ||
           std::any_of(sources.files.begin(), sources.files.end(),
                       [&](const SourceFile& file) { return file.name == fault.path; });
  });
  if (!faults.empty()) return invalid(faults.front().path + ": " + faults.front().problem);
  const rapidjson::Value* urls = tree.find("Urls");
  if (urls == nullptr) urls = &(*SchemaNode(gateway_schema()).member("Urls"))["default"];
  if (!urls->IsString()) return invalid("Urls: is not a text");
  auto address = parse_listen_address(text_of(*urls));
  if (!address) return invalid("Urls: " + address.error().detail);
  return address;
}

std::string CheckedConfiguration::layer_of(std::string_view path) const {
  const auto stands_there = [&](const ShownValue& value) {
    return value.layer != "default" && same_name(value.path.substr(0, path.size()), path) &&
           (value.path.size() == path.size() || value.path[path.size()] == ':');
  };
  const auto value = std::find_if(values.begin(), values.end(), stands_there);
  return value == values.end() ? "" : value->layer;
}

CheckedConfiguration check_configuration(const Sources& sources, const std::vector<PluginInfo>& plugins,
                                         bool knows_all_sections) {
  CheckedConfiguration out;
  out.faults = sources.faults;
  const KnownKeys known = known_keys(plugins);
  SettingsTree tree = merge_sources(sources, known, out.faults);
  out.warnings = misspelt_variables(sources, known);
  PluginSections sections(tree, plugins, out.faults, out.warnings);
  fit_and_check(tree, out.faults);
  derive_issuer(tree);
  auto selected = select_plugins(tree, plugins, out.faults, out.warnings);
  out.meant = meant_plugins(tree, plugins, selected);
  fill_selection(tree, selected);
  for (PluginSelection& selection : selected)
    sections.configure(selection);
  for (PluginSelection& selection : out.meant)
    sections.configure(selection);
  sections.check_the_rest(knows_all_sections);
  out.config = read_gateway_config(tree, sources.environment, std::move(selected), out.faults, out.warnings);
  out.values = shown_values(tree, plugins, sections.schemas());
  std::stable_sort(out.faults.begin(), out.faults.end(),
                   [](const Fault& a, const Fault& b) { return a.path < b.path; });
  // What a file says that could not be read, nobody has left out.
  const bool is_part = std::any_of(sources.files.begin(), sources.files.end(), [&](const SourceFile& file) {
    return has_fault_at(out.faults, file.name);
  });
  if (is_part || has_fault_at(out.faults, "--config")) out.warnings.clear();
  return out;
}

}  // namespace gateway::config
