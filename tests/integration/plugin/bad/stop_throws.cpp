// Throws out of stop and out of destroy.
#include <stdexcept>

#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "stop-throws");
    spoiled.stop = [](void*) { throw std::runtime_error("thrown by stop"); };
    spoiled.destroy = [](void* instance) {
      delete &gateway::bad::self(instance);
      throw std::runtime_error("thrown by destroy");
    };
    return spoiled;
  }();
  return &plugin;
}
