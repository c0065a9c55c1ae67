// Its hooks answer numbers that mean nothing.
#include "description.hpp"

namespace {
std::int32_t nonsense(void*, const gateway_request*, gateway_reply*) {
  return -77;
}
}  // namespace

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("policy", "hook-nonsense");
    static const gateway_policy hooks{sizeof(gateway_policy), &nonsense, &nonsense, &nonsense,
                                      [](void*, std::int32_t) -> std::int32_t { return -1; }};
    spoiled.policy = &hooks;
    return spoiled;
  }();
  return &plugin;
}
