// Has a thousand reasons to refuse its configuration, one of them endless and one not in UTF-8.
#include <gateway/plugin.hpp>

namespace {

class ConfigRefusedAtLength final : public gateway::Provider {
 public:
  ConfigRefusedAtLength(const gateway::Host&, const gateway::PluginConfig&) {
    gateway::ConfigFaults faults;
    faults.add("Colours:0", std::string(100'000, 'x'));
    faults.add("Colours:1", "is not a colour: \xff");
    for (int i = 2; i < 1000; ++i)
      faults.add("Colours:" + std::to_string(i), "is not a colour");
    faults.throw_if_any();
  }
};

}  // namespace

GATEWAY_PLUGIN(ConfigRefusedAtLength, {.id = "config-refused-at-length", .version = "1.0.0"})
