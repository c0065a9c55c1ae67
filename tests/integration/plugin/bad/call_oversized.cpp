// Answers without end and does not listen when told to stop.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "call-oversized");
    spoiled.call = [](void*, const gateway_call*, gateway_sink* reply) -> gateway_status {
      const std::string chunk(1U << 20, ' ');
      for (int i = 0; i < 16; ++i)
        gateway::bad::write(reply, chunk);
      return 0;
    };
    return spoiled;
  }();
  return &plugin;
}
