// Cannot be stopped.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "function-missing");
    spoiled.stop = nullptr;
    return spoiled;
  }();
  return &plugin;
}
