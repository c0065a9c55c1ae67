// Refuses its configuration for two reasons, with the SDK's words for it.
#include <gateway/plugin.hpp>

namespace {

class ConfigRefused final : public gateway::Provider {
 public:
  ConfigRefused(const gateway::Host&, const gateway::PluginConfig&) {
    gateway::ConfigFaults faults;
    faults.add("Colour", "is not a colour", "for example blue", {"Shade"});
    faults.add("", "says nothing");
    faults.throw_if_any();
  }
};

}  // namespace

GATEWAY_PLUGIN(ConfigRefused, {.id = "config-refused", .version = "1.0.0"})
