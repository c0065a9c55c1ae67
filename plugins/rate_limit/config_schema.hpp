// The JSON schema of the section RateLimit.
#pragma once

#include <string_view>

namespace gateway::rate_limit {

inline constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "AuthEndpoints": {
      "type": "integer", "minimum": 1, "maximum": 1000000,
      "description": "How many requests a minute an address may make of auth endpoints; default: 10."
    },
    "ReadEndpoints": {
      "type": "integer", "minimum": 1, "maximum": 1000000,
      "description": "How many requests a minute a user, or an address without one, may make to read; default: 100."
    },
    "WriteEndpoints": {
      "type": "integer", "minimum": 1, "maximum": 1000000,
      "description": "How many requests a minute a user, or an address without one, may make to write; default: 50."
    },
    "Burst": {
      "type": "integer", "minimum": 1, "maximum": 1000000,
      "description": "How many requests may come at once; default: as many as the limit of a minute."
    },
    "Key": {
      "enum": ["address", "user"], "writeOnly": false,
      "description": "Whether read and write endpoints count by user or by address; default: user."
    },
    "Routes": {
      "type": "object",
      "maxProperties": 100,
      "x-gateway-routes": {},
      "description": "Limits for single routes, instead of their class's; default: none.",
      "additionalProperties": {
        "type": "object",
        "additionalProperties": false,
        "required": ["PerMinute"],
        "description": "A limit of its own: PerMinute, and where wanted Burst and Key.",
        "properties": {
          "PerMinute": {
            "type": "integer", "minimum": 1, "maximum": 1000000,
            "description": "How many requests a minute an address or a user may make of this route."
          },
          "Burst": {
            "type": "integer", "minimum": 1, "maximum": 1000000,
            "description": "How many requests may come at once; default: as many as PerMinute."
          },
          "Key": {
            "enum": ["address", "user"], "writeOnly": false,
            "description": "Whether this route counts by user or by address; default: as its class does."
          }
        }
      }
    },
    "ExemptNetworks": {
      "type": "array", "maxItems": 100, "items": {"type": "string", "maxLength": 64},
      "description": "The networks and addresses that have no limit, such as 10.0.0.0/8; default: none."
    },
    "DryRun": {
      "type": "boolean",
      "description": "Whether to count and refuse nobody; default: false."
    },
    "Shared": {
      "type": "boolean", "x-gateway-needs": {"plugin": "counters"},
      "description": "Whether all instances count together; default: where the gateway has shared counts."
    },
    "OnFailure": {
      "enum": ["local", "open", "closed"],
      "x-gateway-only-with": {"plugin": "counters", "switch": "Shared"},
      "description": "What holds while the shared counts cannot be asked; default: local."
    },
    "Tasks": {
      "type": "integer", "minimum": 1, "maximum": 10000,
      "x-gateway-only-with": {"plugin": "counters", "switch": "Shared"},
      "description": "How many instances there usually are, for OnFailure local; default: 1."
    },
    "SharedTimeoutMs": {
      "type": "integer", "minimum": 10, "maximum": 10000,
      "x-gateway-only-with": {"plugin": "counters", "switch": "Shared"},
      "description": "How many milliseconds a request waits for the shared counts; default: 250."
    },
    "MaxEntries": {
      "type": "integer", "minimum": 1000, "maximum": 10000000,
      "description": "How many addresses and users are remembered at once, some 34 bytes each; default: 1000000."
    }
  }
})";

}  // namespace gateway::rate_limit
