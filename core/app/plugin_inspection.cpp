#include "core/app/plugin_inspection.hpp"

#include <algorithm>
#include <utility>

#include <gateway/json.hpp>
#include <gateway/toolkit/nearest_name.hpp>

#include "core/config/schema_check.hpp"
#include "core/plugin/plugin_file.hpp"

namespace gateway::app {

namespace {

constexpr const char* kFolderKey = "Plugins:Directory";

// Before anything is loaded: a file that is not the pinned one must not run at all.
std::vector<config::PluginSelection> selected_by(const config::Sources& sources) {
  config::Faults ignored;  // told by check_configuration
  const config::SettingsTree tree = config::merge_sources(sources, {{"Plugins"}, {}}, ignored);
  return config::select_plugins(tree, {}, ignored, ignored);
}

void add_opinion(const PluginOpinion& opinion, PluginOpinion& all) {
  all.faults.insert(all.faults.end(), opinion.faults.begin(), opinion.faults.end());
  all.warnings.insert(all.warnings.end(), opinion.warnings.begin(), opinion.warnings.end());
}

void keep_first_of_each(config::Faults& faults) {
  config::Faults kept;
  for (config::Fault& fault : faults) {
    const bool is_known = std::any_of(kept.begin(), kept.end(), [&](const config::Fault& other) {
      return other.path == fault.path && other.problem == fault.problem;
    });
    if (!is_known) kept.push_back(std::move(fault));
  }
  faults = std::move(kept);
}

}  // namespace

PluginInspection::PluginInspection(const config::Sources& sources, std::filesystem::path directory,
                                   const std::filesystem::path& installed)
    : catalog_(std::move(directory)) {
  if (auto folder = plugin::check_plugin_folder(catalog_.directory()); !folder) {
    folder_fault_ = std::move(folder.error().detail);
    knows_all_sections_ = false;
    if (!plugin::check_plugin_folder(installed)) return;
    catalog_ = plugin::PluginCatalog(installed);
  }
  const auto selected = selected_by(sources);
  const auto selects = [&](const std::string& name) {
    return std::find_if(selected.begin(), selected.end(),
                        [&](const config::PluginSelection& s) { return s.name == name; });
  };
  const auto names = catalog_.names();
  for (const std::string& name : names) {
    const auto selection = selects(name);
    const auto library =
        catalog_.inspect(name, selection == selected.end() ? std::nullopt : selection->sha256);
    // One that may not be loaded is a fault where it is selected; else it is left out.
    if (!library) {
      if (selection != selected.end()) knows_all_sections_ = false;
      continue;
    }
    const Manifest& manifest = (*library)->manifest();
    known_.push_back({manifest.id, manifest.section, manifest.config_schema.text});
  }
  for (const config::PluginSelection& selection : selected) {
    if (std::find(names.begin(), names.end(), selection.name) == names.end()) knows_all_sections_ = false;
  }
}

PluginInspection::Findings PluginInspection::check_selected(const config::CheckedConfiguration& checked,
                                                            const config::Surroundings& around) {
  Findings found;
  if (folder_fault_) {
    found.faults.push_back({kFolderKey, *folder_fault_,
                            "name a folder that only root or the gateway's user can write to, or leave it "
                            "out for the plugins that "
                            "were installed with the program",
                            ""});
    // By the plugins that came with the program, as far as there are such; who else is selected, nobody
    // knows.
    for (const config::PluginSelection& selection : checked.config.plugins) {
      if (const auto library = catalog_.open(selection.name, selection.kind, selection.sha256))
        add_opinion(opinion_of(*library, selection, checked, around), found);
    }
  } else {
    for (const config::PluginSelection& selection : checked.config.plugins)
      check_one(selection, checked, around, found);
    check_issuer(checked, found);
  }
  for (const config::PluginSelection& selection : checked.meant) {
    if (const auto library = catalog_.inspect(selection.name))
      add_opinion(opinion_of(*library, selection, checked, around), found);
  }
  for (config::Faults* all : {&found.faults, &found.warnings}) {
    // Of a section that a plugin reads under two ids.
    keep_first_of_each(*all);
    for (config::Fault& fault : *all)
      fault.layer = checked.layer_of(fault.path);
  }
  return found;
}

void PluginInspection::check_one(const config::PluginSelection& selection,
                                 const config::CheckedConfiguration& checked,
                                 const config::Surroundings& around, Findings& found) {
  const auto library = catalog_.open(selection.name, selection.kind, selection.sha256);
  if (!library) {
    // No file has a digest that is none.
    if (!config::has_fault_at(checked.faults, selection.path + ":Sha256"))
      found.faults.push_back({selection.path, library.error().detail,
                              toolkit::did_you_mean(selection.name, catalog_.names()), ""});
    return;
  }
  add_opinion(opinion_of(*library, selection, checked, around), found);
}

// Tokens:Issuer says that the first provider's tokens are passed through: it must have some.
void PluginInspection::check_issuer(const config::CheckedConfiguration& checked, Findings& found) {
  constexpr const char* kKey = "Tokens:Issuer";
  const auto& plugins = checked.config.plugins;
  const auto first = std::find_if(plugins.begin(), plugins.end(),
                                  [](const auto& plugin) { return plugin.kind == PluginKind::Provider; });
  if (!checked.config.tokens.issued_by_provider || first == plugins.end()) return;
  const auto library = catalog_.open(first->name, first->kind, first->sha256);
  if (!library) return;
  const auto& capabilities = (*library)->manifest().capabilities;
  if (std::find(capabilities.begin(), capabilities.end(), "token") == capabilities.end())
    found.faults.push_back({kKey,
                            "is Provider, and the provider '" + first->id + "' has no tokens of its own",
                            "leave it out, or name a provider with the capability token first", ""});
}

}  // namespace gateway::app
