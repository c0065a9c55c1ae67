// Nothing is wrong with it: what the others are compared with.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = gateway::bad::sound("provider", "sound-provider");
  return &plugin;
}
