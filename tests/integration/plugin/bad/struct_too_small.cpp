// Its description ends before the last function.
#include <cstddef>

#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "struct-too-small");
    spoiled.struct_size = offsetof(gateway_plugin, destroy);
    return spoiled;
  }();
  return &plugin;
}
