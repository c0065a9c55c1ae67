// Throws out of start.
#include <stdexcept>

#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "start-throws");
    spoiled.start = [](void*, gateway_sink*) -> gateway_status {
      throw std::runtime_error("thrown by start");
    };
    return spoiled;
  }();
  return &plugin;
}
