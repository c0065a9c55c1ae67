// Hangs in every call until its line in the log has been written: the test holds the log.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "call-hangs");
    spoiled.call = [](void* instance, const gateway_call*, gateway_sink* reply) -> gateway_status {
      gateway::bad::self(instance).log("hanging");
      return gateway::bad::write(reply, "{}");
    };
    return spoiled;
  }();
  return &plugin;
}
