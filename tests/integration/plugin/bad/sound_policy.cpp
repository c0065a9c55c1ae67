// A policy that lets everything pass.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("policy", "sound-policy");
    spoiled.policy = &gateway::bad::sound_hooks();
    return spoiled;
  }();
  return &plugin;
}
