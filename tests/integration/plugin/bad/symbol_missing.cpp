// Wants a function that neither it nor the gateway has.
#include "description.hpp"

extern "C" int gateway_function_of_nobody(void);

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = gateway::bad::sound("provider", "symbol-missing");
  return gateway_function_of_nobody() == 0 ? &plugin : nullptr;
}
