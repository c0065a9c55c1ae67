// Has hooks and says it is a provider.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "hooks-without-policy");
    spoiled.policy = &gateway::bad::sound_hooks();
    return spoiled;
  }();
  return &plugin;
}
