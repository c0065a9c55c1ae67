// Throws out of every hook.
#include <stdexcept>

#include "description.hpp"

namespace {
std::int32_t throw_up(void*, const gateway_request*, gateway_reply*) {
  throw std::runtime_error("thrown by a hook");
}
}  // namespace

BAD_PLUGIN_ENTRY() {
  static const gateway_plugin plugin = [] {
    gateway_plugin spoiled = gateway::bad::sound("policy", "hook-throws");
    static const gateway_policy hooks{sizeof(gateway_policy), &throw_up, &throw_up, &throw_up,
                                      [](void*, std::int32_t) -> std::int32_t { return 0; }};
    spoiled.policy = &hooks;
    return spoiled;
  }();
  return &plugin;
}
