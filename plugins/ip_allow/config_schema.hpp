// The JSON schema of the section IpAllow.
#pragma once

#include <string_view>

namespace gateway::ip_allow {

inline constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "Allow": {"$ref": "#/definitions/allow"},
    "Deny": {"$ref": "#/definitions/deny"},
    "Classes": {
      "type": "object",
      "additionalProperties": false,
      "description": "Lists for single classes of routes, instead of the general ones; default: none.",
      "properties": {
        "Health": {"$ref": "#/definitions/rule"},
        "Verify": {"$ref": "#/definitions/rule"},
        "Auth": {"$ref": "#/definitions/rule"},
        "Read": {"$ref": "#/definitions/rule"},
        "Write": {"$ref": "#/definitions/rule"},
        "Unknown": {"$ref": "#/definitions/rule"},
        "Public": {"$ref": "#/definitions/rule"}
      }
    },
    "Routes": {
      "type": "object",
      "maxProperties": 100,
      "x-gateway-routes": {},
      "description": "Lists for single routes, instead of their class's and the general ones; default: none.",
      "additionalProperties": {"$ref": "#/definitions/rule"}
    }
  },
  "definitions": {
    "allow": {
      "type": "array", "maxItems": 1000, "items": {"$ref": "#/definitions/network"},
      "description": "The networks that are let in; default: everybody who is not denied."
    },
    "deny": {
      "type": "array", "maxItems": 1000, "items": {"$ref": "#/definitions/network"},
      "description": "The networks that are kept out, also where Allow has them; default: none."
    },
    "network": {
      "type": "string", "minLength": 1, "maxLength": 64,
      "description": "A network such as 10.0.0.0/8 or 2001:db8::/32, or an address."
    },
    "rule": {
      "type": "object",
      "additionalProperties": false,
      "description": "Lists of its own, Allow or Deny or both.",
      "properties": {
        "Allow": {"$ref": "#/definitions/allow"},
        "Deny": {"$ref": "#/definitions/deny"}
      }
    }
  }
})";

}  // namespace gateway::ip_allow
