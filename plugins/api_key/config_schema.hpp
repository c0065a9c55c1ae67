// The JSON schema of the section ApiKey. Require is not "required" here: KeyRequirements says that it is
// missing, with a hint, and what a schema requires at its root keeps the constructor from being asked about
// the rest until it is there.
#pragma once

#include <string_view>

namespace gateway::api_key {

inline constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "writeOnly": false,
  "additionalProperties": false,
  "properties": {
    "Header": {
      "type": "string", "minLength": 1, "maxLength": 64,
      "description": "The request header that the key is in; default: X-API-Key."
    },
    "CacheSeconds": {
      "type": "integer", "minimum": 0, "maximum": 300,
      "description": "How many seconds storage's word about a key is believed, 0 to ask each time; default: 30."
    },
    "Require": {
      "type": "array", "minItems": 1, "maxItems": 100,
      "description": "What needs a key, for example [{\"Class\": \"Read\", \"Scopes\": [\"users:read\"]}].",
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["Class"],
        "properties": {
          "Class": {
            "enum": ["Health", "Verify", "Auth", "Read", "Write", "Unknown", "Public"],
            "description": "The class of routes that needs a key."
          },
          "Routes": {
            "type": "array", "minItems": 1, "maxItems": 100,
            "x-gateway-routes": {"class_in": "Class"},
            "description": "The routes of the class that need it, as the API document writes them; default: all.",
            "items": {"type": "string", "minLength": 1, "maxLength": 200}
          },
          "Scopes": {
            "type": "array", "minItems": 1, "maxItems": 100,
            "description": "What the key must be good for, all of it, at most 32 scopes; default: none.",
            "items": {"type": "string", "minLength": 1, "maxLength": 200}
          }
        }
      }
    }
  }
})";

}  // namespace gateway::api_key
