// PluginInspection: what the files of the plugin folder say about themselves, and whether the selected
// plugins take their configuration. Loads files and creates plugins, which does no I/O by contract, and
// destroys them again; starts none.
//
// Thread safety: from one thread, at start. Ownership: libraries that were loaded stay loaded. Errors: faults
// of the configuration, with the path of the key that selects the plugin or is refused by it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/app/plugin_opinion.hpp"
#include "core/config/configuration.hpp"
#include "core/config/gateway_keywords.hpp"
#include "core/plugin/plugin_catalog.hpp"

namespace gateway::app {

class PluginInspection {
 public:
  // Asks every file in the folder that may be loaded; a pinned one only where it is the pinned one.
  // `installed`: where the program's own are; asked in place of a folder that may not be used, since that is
  // not all that an operator wants to hear of.
  PluginInspection(const config::Sources& sources, std::filesystem::path directory,
                   const std::filesystem::path& installed);

  const std::vector<config::PluginInfo>& known() const noexcept { return known_; }
  // False where the folder or a selected plugin could not be asked: a section may then be that plugin's.
  bool knows_all_sections() const noexcept { return knows_all_sections_; }

  using Findings = PluginOpinion;
  // The folder itself, and every selected plugin: its file, its kind, what its schema asks about `around`,
  // and its own opinion of its configuration: of the sound part of it, where `checked` has faults there.
  Findings check_selected(const config::CheckedConfiguration& checked, const config::Surroundings& around);

 private:
  void check_one(const config::PluginSelection& selection, const config::CheckedConfiguration& checked,
                 const config::Surroundings& around, Findings& found);
  void check_issuer(const config::CheckedConfiguration& checked, Findings& found);

  plugin::PluginCatalog catalog_;
  std::optional<std::string> folder_fault_;
  std::vector<config::PluginInfo> known_;
  bool knows_all_sections_ = true;
};

}  // namespace gateway::app
