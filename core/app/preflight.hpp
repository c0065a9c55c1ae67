// What the rooms would refuse of a configuration whose keys and types are sound: read by their own parsers,
// without starting anything, so that `config check` finds what `serve` would. Also what is no fault but
// probably not meant.
// Thread safety: from one thread, at start.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/app/plugin_inspection.hpp"
#include "core/config/configuration.hpp"

namespace gateway::app {

// Adds to the faults and warnings of `checked`, and keeps them in the order of their paths.
void preflight(config::CheckedConfiguration& checked, PluginInspection& plugins);

// What there is to say when the process may not open as many files as the connections need; raises the soft
// limit where it may. nullopt: enough.
std::optional<config::Fault> descriptor_fault(std::size_t max_connections);

}  // namespace gateway::app
