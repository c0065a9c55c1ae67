// Says it is another plugin than its file says.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = gateway::bad::sound("provider", "somebody-else");
  return &plugin;
}
