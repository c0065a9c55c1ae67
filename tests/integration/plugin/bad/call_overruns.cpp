// Answers when its deadline has passed.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "call-overruns");
    spoiled.call = [](void* instance, const gateway_call* call, gateway_sink* reply) -> gateway_status {
      const gateway_host* host = gateway::bad::self(instance).host;
      while (host->monotonic_ms(host->context) <= call->deadline_ms) {
      }
      return gateway::bad::write(reply, "{}");
    };
    return spoiled;
  }();
  return &plugin;
}
