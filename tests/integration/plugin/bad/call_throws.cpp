// Throws out of every call: what is an exception at health.probe, what is none elsewhere.
#include <stdexcept>

#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "call-throws");
    spoiled.call = [](void*, const gateway_call* call, gateway_sink*) -> gateway_status {
      if (std::string(call->operation.data, call->operation.size) == "health.probe")
        throw std::runtime_error("thrown by call");
      throw 42;  // NOLINT(misc-throw-by-value-catch-by-reference): what a stranger may do
    };
    return spoiled;
  }();
  return &plugin;
}
