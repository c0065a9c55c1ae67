// Counters that come up; they count nothing.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = gateway::bad::sound("counters", "sound-counters");
  return &plugin;
}
