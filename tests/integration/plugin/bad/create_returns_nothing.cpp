// Says it has been created and is not.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "create-returns-nothing");
    spoiled.create = [](const gateway_host*, gateway_text, gateway_sink*, void**) -> gateway_status {
      return 0;
    };
    return spoiled;
  }();
  return &plugin;
}
