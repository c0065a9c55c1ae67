// Has a thousand reasons to refuse its configuration.
#include <gateway/plugin.hpp>

namespace {

class ConfigRefusedAtLength final : public gateway::Provider {
 public:
  ConfigRefusedAtLength(const gateway::Host&, const gateway::PluginConfig&) {
    gateway::ConfigFaults faults;
    for (int i = 0; i < 1000; ++i)
      faults.add("Colours:" + std::to_string(i), "is not a colour");
    faults.throw_if_any();
  }
};

}  // namespace

GATEWAY_PLUGIN(ConfigRefusedAtLength, {.id = "config-refused-at-length", .version = "1.0.0"})
