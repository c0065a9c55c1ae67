// Built for another major version of the ABI.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "wrong-abi-major");
    spoiled.abi_major = GATEWAY_ABI_MAJOR + 1;
    return spoiled;
  }();
  return &plugin;
}
