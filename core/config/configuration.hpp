// The whole way from sources to a checked configuration, and what `config check` and `config show` say of it.
//
// Two steps, because the keys of a plugin are known only to the plugin: plugin_directory() says where plugins
// are, the caller asks the files there for their sections and schemas, and check_configuration() does the
// rest. Everything that is wrong is found at once; a configuration with faults must not be used. Thread
// safety: pure functions of their arguments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/fault.hpp"
#include "core/config/gateway_config.hpp"
#include "core/config/plugin_selection.hpp"
#include "core/config/sources.hpp"

namespace gateway::config {

// One value as an operator may see it: a secret is already "***".
struct ShownValue {
  std::string path;
  std::string value;
  std::string layer;
};

struct CheckedConfiguration {
  GatewayConfig config;  // only where ok(), but for the plugins that could be read
  Faults faults;         // by path
  Faults warnings;
  std::vector<PluginSelection> meant;  // what faulty entries of Plugins probably select
  std::vector<ShownValue> values;      // all that counts, in the order of the sections

  bool ok() const noexcept { return faults.empty(); }
  // Of the value at that path, or the first below it; empty where nobody set one.
  std::string layer_of(std::string_view path) const;
};

// Plugins:Directory; empty where nobody says. Faults are left to check_configuration().
std::string plugin_directory(const Sources& sources);

// Where `Urls` says to listen, whatever is wrong elsewhere: for those who want to talk to the gateway.
// Errors: Invalid, with the key or the file that is at fault.
Result<ListenAddress> listen_address(const Sources& sources);

// `plugins`: every plugin in the folder, selected or not. A section of one that is not selected is not
// checked and gets a warning; a section that nobody reads is a fault. A plugin that is selected and not in
// the folder is left to the loader. `knows_all_sections`: false where some plugin could not be asked; a
// section that nobody is known to read is then not called a fault.
CheckedConfiguration check_configuration(const Sources& sources, const std::vector<PluginInfo>& plugins,
                                         bool knows_all_sections = true);

}  // namespace gateway::config
