// Built for another minor version of the ABI, which is a draft.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "wrong-abi-minor");
    spoiled.abi_minor = GATEWAY_ABI_MINOR + 1;
    return spoiled;
  }();
  return &plugin;
}
