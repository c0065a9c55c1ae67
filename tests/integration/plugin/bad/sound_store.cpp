// A storage that comes up; it stores nothing.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = gateway::bad::sound("storage", "sound-store");
  return &plugin;
}
