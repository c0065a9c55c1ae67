// Refuses its configuration, and says why.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "create-fails");
    spoiled.create = [](const gateway_host*, gateway_text, gateway_sink* fault, void**) -> gateway_status {
      gateway::bad::write(fault, "Colour: must be blue");
      return 1;
    };
    return spoiled;
  }();
  return &plugin;
}
