// From the command line's arguments to settings: finds and reads the configuration, asks the selected plugins
// for their schemas, checks everything, and translates it into the types of the rooms.
//
// Faults are all that could be found, each with the path of its key; where there are any, the settings must
// not be used but for the plugin folder and the format of the log. Thread safety: from one thread, at start.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/app/settings.hpp"
#include "core/config/fault.hpp"

namespace gateway::app {

struct ConfigArguments {
  std::optional<std::string> path;         // --config: a file or a folder
  std::optional<std::string> environment;  // --environment
  std::vector<std::string> overrides;      // --set Key:Path=value
};

struct LoadedConfiguration {
  Settings settings;
  std::vector<std::string> faults;
  std::vector<std::string> warnings;
};

LoadedConfiguration load_configuration(const ConfigArguments& arguments);

// Where a gateway with this configuration is asked whether it lives: on this machine, whatever it listens on.
// Errors: Invalid.
Result<std::string> live_url(const ConfigArguments& arguments);

// Where plugins are, whatever else is wrong.
std::filesystem::path plugin_directory(const ConfigArguments& arguments);

// What `config check` and `config show` print.
struct ConfigurationReport {
  std::string text;
  bool ok = false;
};
ConfigurationReport report_configuration(const ConfigArguments& arguments, bool show, bool as_json);

}  // namespace gateway::app
