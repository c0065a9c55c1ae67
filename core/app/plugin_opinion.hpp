// What a plugin has to say about its configuration beside the types and bounds in its schema: what that asks
// of the gateway around it, and what its constructor refuses. Creates the plugin, which does no I/O by
// contract, and destroys it again.
//
// Thread safety: from one thread, at start.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/config/configuration.hpp"
#include "core/config/gateway_keywords.hpp"
#include "core/plugin/plugin_library.hpp"

namespace gateway::app {

struct PluginOpinion {
  config::Faults faults;  // without their layers
  config::Faults warnings;
};

// Where `checked` has faults in the plugin's section, about the sound part of it; what only repeats one of
// those, or follows from one, is left out.
PluginOpinion opinion_of(const std::shared_ptr<const plugin::PluginLibrary>& library,
                         const config::PluginSelection& selection,
                         const config::CheckedConfiguration& checked, const config::Surroundings& around);

// Of one plugin by itself: everything that is wrong with `section`, a JSON text that came from `file`, as
// lines.
std::vector<std::string> section_faults(const std::shared_ptr<const plugin::PluginLibrary>& library,
                                        const std::string& section, const std::string& file);

}  // namespace gateway::app
