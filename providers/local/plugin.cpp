#include <gateway/plugin.hpp>

#include "local_provider.hpp"

using gateway::local::LocalProvider;

namespace {

constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "MemoryKiB": {"type": "integer", "minimum": 1024, "maximum": 262144},
    "Iterations": {"type": "integer", "minimum": 1, "maximum": 16},
    "Parallelism": {"type": "integer", "minimum": 1, "maximum": 8},
    "FirebaseScrypt": {"type": "object", "additionalProperties": false, "required": ["SignerKey"], "properties": {
      "SignerKey": {"type": "string", "minLength": 1, "maxLength": 344, "writeOnly": true},
      "SaltSeparator": {"type": "string", "maxLength": 88},
      "Rounds": {"type": "integer", "minimum": 1, "maximum": 8},
      "MemoryCost": {"type": "integer", "minimum": 1, "maximum": 14}
    }}
  }
})";

}  // namespace

GATEWAY_PLUGIN(LocalProvider, {.id = "local",
                               .version = "0.1.0",
                               .description = "Accounts with a password, kept in the gateway's own storage",
                               .license = "Apache-2.0",
                               .section = "Local",
                               .config_schema = kConfigSchema,
                               .cpu_bound = true})
