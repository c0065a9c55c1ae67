#include <cstdio>

#include "core/app/cli/commands.hpp"

namespace gateway::app::cli {

int migrate(const MigrateArguments& arguments) {
  const LoadedConfiguration loaded = load_configuration(arguments.config);
  if (!loaded.faults.empty()) return report(loaded.faults);
  // No storage with a schema exists yet; the command is there so that a deployment may call it whatever is
  // selected.
  for (const PluginChoice& choice : loaded.settings.plugins) {
    if (choice.kind == PluginKind::Storage)
      std::printf("storage '%s' has no schema to migrate\n", choice.name.c_str());
  }
  return kDone;
}

}  // namespace gateway::app::cli
