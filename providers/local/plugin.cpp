#include <gateway/plugin.hpp>

#include "local_provider.hpp"

using gateway::local::LocalProvider;

namespace {

constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "MemoryKiB": {
      "type": "integer", "minimum": 1024, "maximum": 262144,
      "description": "The memory of one password hash (Argon2id) in KiB; default: 19456."
    },
    "Iterations": {
      "type": "integer", "minimum": 1, "maximum": 16,
      "description": "How often a password hash goes over its memory; default: 2."
    },
    "Parallelism": {
      "type": "integer", "minimum": 1, "maximum": 8,
      "description": "The lanes of a password hash; default: 1."
    },
    "FirebaseScrypt": {
      "type": "object",
      "additionalProperties": false,
      "required": ["SignerKey"],
      "description": "The password hash parameters of a Firebase project whose accounts move here; default: none.",
      "properties": {
        "SignerKey": {
          "type": "string", "minLength": 1, "maxLength": 344, "writeOnly": true,
          "description": "The signer key in base64, as the Firebase console shows it."
        },
        "SaltSeparator": {
          "type": "string", "maxLength": 88,
          "description": "The salt separator in base64, as the Firebase console shows it; default: empty."
        },
        "Rounds": {
          "type": "integer", "minimum": 1, "maximum": 8,
          "description": "The rounds, as the Firebase console shows them; default: 8."
        },
        "MemoryCost": {
          "type": "integer", "minimum": 1, "maximum": 14,
          "description": "The memory cost, a logarithm to base 2, as the Firebase console shows it; default: 14."
        }
      }
    }
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
