// Answers what is no JSON, with the status of success.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "call-malformed");
    spoiled.call = [](void*, const gateway_call*, gateway_sink* reply) -> gateway_status {
      return gateway::bad::write(reply, R"({"outcome":"auth)");
    };
    return spoiled;
  }();
  return &plugin;
}
