// Says it is a policy and has no hooks.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = gateway::bad::sound("policy", "policy-without-hooks");
  return &plugin;
}
