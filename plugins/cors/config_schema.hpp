// The JSON schema of the section Cors.
#pragma once

#include <string_view>

namespace gateway::cors {

inline constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "AllowedOrigins": {
      "type": "array", "maxItems": 1000, "items": {"$ref": "#/definitions/text"},
      "description": "The origins whose pages may read answers, https://app.example.com, or * for any; default: none."
    },
    "AllowedMethods": {
      "type": "array", "maxItems": 1000, "items": {"$ref": "#/definitions/text"},
      "description": "The methods that a page may use; default: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS."
    },
    "AllowedHeaders": {
      "type": "array", "maxItems": 1000, "items": {"$ref": "#/definitions/text"},
      "description": "The request headers that a page may set; default: Authorization, Content-Type, X-Request-Id."
    },
    "ExposedHeaders": {
      "type": "array", "maxItems": 1000, "items": {"$ref": "#/definitions/text"},
      "description": "The response headers a page may read; default: X-Request-Id, Retry-After and those of limits."
    },
    "AllowCredentials": {
      "type": "boolean", "writeOnly": false,
      "description": "Whether cookies and the like may come along, never together with the origin *; default: false."
    },
    "MaxAgeSeconds": {
      "type": "integer", "minimum": 0, "maximum": 86400,
      "description": "How many seconds a browser keeps the answer to a preflight; default: 600."
    }
  },
  "definitions": {
    "text": {"type": "string", "maxLength": 512}
  }
})";

}  // namespace gateway::cors
