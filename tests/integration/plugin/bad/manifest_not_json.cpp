// Its manifest is not JSON.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "manifest-not-json");
    static const std::string text = "id = manifest-not-json";
    spoiled.manifest = gateway::bad::text_of(text);
    return spoiled;
  }();
  return &plugin;
}
