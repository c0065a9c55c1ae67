// A provider that asks about a key, which is none of its business.
#include "asking.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin asking = gateway::bad::sound("provider", "asking-provider");
    asking.start = &gateway::bad::ask_about_a_key;
    return asking;
  }();
  return &plugin;
}
