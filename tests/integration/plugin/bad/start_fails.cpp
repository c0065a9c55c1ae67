// Cannot start, and says why.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("policy", "start-fails");
    spoiled.policy = &gateway::bad::sound_hooks();
    spoiled.start = [](void*, gateway_sink* fault) -> gateway_status {
      gateway::bad::write(fault, "nobody listens on the other side");
      return gateway::bad::kInternal;
    };
    return spoiled;
  }();
  return &plugin;
}
