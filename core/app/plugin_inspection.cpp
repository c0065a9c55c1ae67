#include "core/app/plugin_inspection.hpp"

#include <algorithm>
#include <utility>

#include <gateway/json.hpp>

#include "core/plugin/plugin_file.hpp"
#include "core/plugin/plugin_instance.hpp"

namespace gateway::app {

namespace {

constexpr const char* kFolderKey = "Plugins:Directory";

// Before anything is loaded: a file that is not the pinned one must not run at all.
std::vector<config::PluginSelection> selected_by(const config::Sources& sources) {
  config::Faults ignored;  // told by check_configuration
  const config::SettingsTree tree = config::merge_sources(sources, {{"Plugins"}, {}}, ignored);
  return config::select_plugins(tree, ignored, ignored);
}

bool has_fault_below(const config::Faults& faults, const std::string& path) {
  return std::any_of(faults.begin(), faults.end(), [&](const config::Fault& fault) {
    return fault.path == path || fault.path.rfind(path + ":", 0) == 0;
  });
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

PluginInspection::PluginInspection(const config::Sources& sources, std::filesystem::path directory)
    : catalog_(std::move(directory)) {
  if (auto folder = plugin::check_plugin_folder(catalog_.directory()); !folder) {
    folder_fault_ = std::move(folder.error().detail);
    knows_all_sections_ = false;
    return;
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
    found.faults.push_back(
        {kFolderKey, *folder_fault_, "name a folder that only root or the gateway's user can write to", ""});
  } else {
    for (const config::PluginSelection& selection : checked.config.plugins)
      check_one(selection, checked, around, found);
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
    found.faults.push_back({selection.path, library.error().detail, "", ""});
    return;
  }
  const std::string path = configuration_path(selection);
  const auto section = parse_json(selection.config.reveal());
  const auto schema = parse_json((*library)->manifest().config_schema.text);
  if (section && schema)
    config::check_gateway_keywords(*section, config::SchemaNode(*schema), path, around, found.faults,
                                   found.warnings);
  if (has_fault_below(checked.faults, path)) return;
  runtime::NullLogger logger;
  const runtime::SystemClock clock;
  runtime::SystemRandom random;
  runtime::Metrics metrics;
  plugin::PluginSelection trial;
  trial.id = selection.id;
  trial.config_json = std::string(selection.config.reveal());
  plugin::PluginInstance instance(*library, std::move(trial),
                                  {logger, clock, random, metrics, nullptr, checked.config.environment});
  for (const ConfigFault& fault : instance.create())
    found.faults.push_back(
        {fault.key.empty() ? path : path + ":" + fault.key, fault.problem, fault.hint, ""});
}

std::string PluginInspection::configuration_path(const config::PluginSelection& selection) const {
  if (selection.has_own_config) return selection.path + ":Config";
  const auto info = std::find_if(known_.begin(), known_.end(), [&](const config::PluginInfo& plugin) {
    return plugin.name == selection.name;
  });
  return info == known_.end() || info->section.empty() ? selection.path : info->section;
}

}  // namespace gateway::app
