// The JSON schema of the section SecurityHeaders; the defaults are those of plugin.cpp.
#pragma once

#include <string_view>

namespace gateway::security_headers {

inline constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "XContentTypeOptions": {
      "type": "string", "maxLength": 1024,
      "description": "The header X-Content-Type-Options, empty for none; default: nosniff."
    },
    "XFrameOptions": {
      "type": "string", "maxLength": 1024,
      "description": "The header X-Frame-Options, empty for none; default: DENY."
    },
    "ReferrerPolicy": {
      "type": "string", "maxLength": 1024,
      "description": "The header Referrer-Policy, empty for none; default: no-referrer."
    },
    "ContentSecurityPolicy": {
      "type": "string", "maxLength": 1024,
      "description": "The header Content-Security-Policy, empty for none; default: default-src 'none'; frame-ancestors 'none'."
    },
    "CrossOriginResourcePolicy": {
      "type": "string", "maxLength": 1024,
      "description": "The header Cross-Origin-Resource-Policy, empty for none; default: same-origin."
    },
    "StrictTransportSecurity": {
      "type": "string", "maxLength": 1024,
      "description": "The header Strict-Transport-Security, empty for none; default: max-age=31536000; includeSubDomains."
    },
    "CacheControl": {
      "type": "string", "maxLength": 1024,
      "description": "The header Cache-Control of the classes Auth, Read, Write and Verify, empty for none; default: no-store."
    }
  }
})";

}  // namespace gateway::security_headers
