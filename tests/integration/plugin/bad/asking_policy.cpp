// A policy that asks about a key: it may.
#include "asking.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin asking = gateway::bad::sound("policy", "asking-policy");
    asking.policy = &gateway::bad::sound_hooks();
    asking.start = &gateway::bad::ask_about_a_key;
    return asking;
  }();
  return &plugin;
}
