#include "core/app/plugin_opinion.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <gateway/json.hpp>

#include "core/app/plugin_surroundings.hpp"
#include "core/config/config_report.hpp"
#include "core/config/schema_check.hpp"
#include "core/config/sound_part.hpp"
#include "core/plugin/plugin_instance.hpp"

namespace gateway::app {

namespace {

std::vector<ConfigFault> refusals_of(const std::shared_ptr<const plugin::PluginLibrary>& library,
                                     const config::PluginSelection& selection,
                                     const rapidjson::Value& section, const std::string& environment) {
  runtime::NullLogger logger;
  const runtime::SystemClock clock;
  runtime::SystemRandom random;
  runtime::Metrics metrics;
  plugin::PluginSelection trial;
  trial.id = selection.id;
  trial.config_json = to_text(section);
  plugin::PluginInstance instance(library, std::move(trial),
                                  {logger, clock, random, metrics, nullptr, environment});
  return instance.create();
}

bool is_object(const std::string& json) {
  const auto first = json.find_first_not_of(" \t\r\n");
  return first != std::string::npos && json[first] == '{';
}

// As somebody selects the plugin who gives it this section: with a Config of its own, or, of a section that
// is a plain value, under its name.
std::string settings_with(const Manifest& manifest, const std::string& section) {
  const bool own = is_object(section);
  const std::string entry =
      own ? R"({"Name":")" + manifest.id + R"(","Config":)" + section + "}" : '"' + manifest.id + '"';
  const std::string rest = own ? "" : ",\"" + manifest.section + "\":" + section;
  switch (manifest.kind) {
    case PluginKind::Storage:
      return R"({"Plugins":{"Storage":)" + entry + "}" + rest + "}";
    case PluginKind::Counters:
      return R"({"Plugins":{"Counters":)" + entry + "}" + rest + "}";
    case PluginKind::Provider:
      return R"({"Plugins":{"Providers":[)" + entry + "]}" + rest + "}";
    case PluginKind::Policy:
      break;
  }
  return R"({"Plugins":{"Policies":[)" + entry + "]}" + rest + "}";
}

}  // namespace

PluginOpinion opinion_of(const std::shared_ptr<const plugin::PluginLibrary>& library,
                         const config::PluginSelection& selection,
                         const config::CheckedConfiguration& checked, const config::Surroundings& around) {
  PluginOpinion opinion;
  const auto section = parse_json(selection.config.reveal());
  const auto schema = parse_json(library->manifest().config_schema.text);
  if (!schema) return opinion;  // check_configuration has told
  if (!section) {
    opinion.faults.push_back(
        {selection.config_path, "cannot be handed to its plugin: " + section.error().detail, "", ""});
    return opinion;
  }
  const config::SchemaNode node(*schema);
  config::check_gateway_keywords(*section, node, selection.config_path, around, opinion.faults,
                                 opinion.warnings);
  const auto sound = config::SoundPart::of(*section, node, selection.config_path, checked.faults);
  if (!sound) return opinion;

  const config::Faults by_keywords = opinion.faults;
  auto refusals = refusals_of(library, selection, sound->json(), checked.config.environment);
  std::set<std::string> own;  // keys of those that follow from no other
  for (const ConfigFault& fault : refusals) {
    if (fault.also.empty()) own.insert(fault.key);
  }
  const auto path_of = [&](const std::string& key) { return selection.path_of(sound->original(key)); };
  const auto is_told = [&](const std::string& key) {
    return config::has_fault_at(checked.faults, path_of(key)) ||
           config::has_fault_at(by_keywords, path_of(key));
  };
  const auto is_at_fault = [&](const std::string& key) {
    return own.count(key) > 0 || config::has_fault_within(checked.faults, path_of(key));
  };
  for (ConfigFault& fault : refusals) {
    if (fault.key.empty()) {
      // Of the section as a whole: where something is left out of it, that may be all that is wrong.
      if (!sound->is_whole()) continue;
      fault.problem.insert(0, "plugin '" + selection.id + "': ");
    } else if (is_told(fault.key) || std::any_of(fault.also.begin(), fault.also.end(), is_at_fault)) {
      continue;
    } else if (fault.hint.empty()) {
      fault.hint = config::meaning_at(node, sound->original(fault.key));
    }
    opinion.faults.push_back({path_of(fault.key), std::move(fault.problem), std::move(fault.hint), ""});
  }
  return opinion;
}

std::vector<std::string> section_faults(const std::shared_ptr<const plugin::PluginLibrary>& library,
                                        const std::string& section, const std::string& file) {
  const Manifest& manifest = library->manifest();
  if (!is_object(section) && manifest.section.empty()) return {file + ": is not an object"};
  config::Sources sources;
  sources.files.push_back({file, settings_with(manifest, section)});
  const config::CheckedConfiguration checked =
      config::check_configuration(sources, {{manifest.id, manifest.section, manifest.config_schema.text}});
  if (config::has_fault_at(checked.faults, file)) return {config::fault_line(checked.faults.front())};
  const auto selection = std::find_if(checked.config.plugins.begin(), checked.config.plugins.end(),
                                      [&](const auto& plugin) { return plugin.name == manifest.id; });
  config::Faults faults;
  // The rest of a configuration is not there, and is not what is asked.
  std::copy_if(checked.faults.begin(), checked.faults.end(), std::back_inserter(faults),
               [&](const auto& fault) {
                 return selection != checked.config.plugins.end() &&
                        config::has_fault_within({fault}, selection->config_path);
               });
  if (selection != checked.config.plugins.end()) {
    const PluginOpinion opinion = opinion_of(library, *selection, checked, usual_surroundings());
    faults.insert(faults.end(), opinion.faults.begin(), opinion.faults.end());
  }
  std::vector<std::string> lines;
  for (config::Fault& fault : faults) {
    // By the section's own name, which is what the file is about.
    if (selection != checked.config.plugins.end() && selection->has_own_config &&
        config::has_fault_within({fault}, selection->config_path))
      fault.path.replace(0, selection->config_path.size(),
                         manifest.section.empty() ? manifest.id : manifest.section);
    fault.layer = file;
    const std::string line = config::fault_line(fault);
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
  }
  return lines;
}

}  // namespace gateway::app
