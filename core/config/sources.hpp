// Sources: everything the configuration is made of, read once: files, environment, command line.
//
// Layers, the later over the earlier: appsettings.json, appsettings.{Environment}.json, environment variables
// (Firebase__ProjectId), --set Firebase:ProjectId=…. The environment's name is the option, else
// GATEWAY_ENVIRONMENT, else ASPNETCORE_ENVIRONMENT, else Production. GATEWAY_URLS, else ASPNETCORE_URLS, is
// the key Urls. Without the option `config` the files are looked for in the working folder and may be
// missing; a folder that is named must hold one, a file that is named is the only one read. Thread safety:
// plain values. Faults are collected, nothing throws.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/expansion.hpp"
#include "core/config/fault.hpp"
#include "core/config/settings_tree.hpp"

namespace gateway::config {

struct SourceOptions {
  std::optional<std::filesystem::path> config;  // --config FILE|DIR
  std::optional<std::string> environment;       // --environment NAME
  std::vector<std::string> overrides;           // --set Key:Path=value
  Environment variables;                        // of the process
  std::filesystem::path working_folder = ".";
};

struct SourceFile {
  std::string name;  // as faults and reports call it: its whole path as it was given
  std::string text;
};

struct Sources {
  std::string environment = "Production";
  std::vector<SourceFile> files;  // lowest layer first
  Environment variables;
  std::vector<std::string> overrides;
  Faults faults;
};

// It becomes part of a file's name.
bool is_environment_name(std::string_view name);

Sources read_sources(const SourceOptions& options);

// A process has many variables; these are the ones that are meant for the configuration.
struct KnownKeys {
  std::vector<std::string> sections;  // first part of Section__Key
  std::vector<std::string> values;    // top-level keys that are no sections: the whole name
};

// The layers on top of each other, ${NAME} expanded.
SettingsTree merge_sources(const Sources& sources, const KnownKeys& known, Faults& faults);

// Variables whose section is nearly one of those: warnings, since they may be meant for another program.
Faults misspelt_variables(const Sources& sources, const KnownKeys& known);

// The environment of this process.
Environment process_environment();

}  // namespace gateway::config
