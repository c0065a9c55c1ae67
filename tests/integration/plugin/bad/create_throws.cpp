// Throws out of create.
#include <stdexcept>

#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "create-throws");
    spoiled.create = [](const gateway_host*, gateway_text, gateway_sink*, void**) -> gateway_status {
      throw std::runtime_error("thrown by create");
    };
    return spoiled;
  }();
  return &plugin;
}
