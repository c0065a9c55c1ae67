// Its manifest lacks what is required.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("provider", "manifest-without-version");
    static const std::string text = R"({"kind":"provider","id":"manifest-without-version"})";
    spoiled.manifest = gateway::bad::text_of(text);
    return spoiled;
  }();
  return &plugin;
}
