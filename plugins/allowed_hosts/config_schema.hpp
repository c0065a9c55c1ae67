// The JSON schema of the section AllowedHosts, a text that the host hands over as "Value".
#pragma once

#include <string_view>

namespace gateway::allowed_hosts {

inline constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "Value": {
      "type": "string", "maxLength": 8192,
      "description": "The hosts served here, between semicolons: api.example.com;*.example.org; default: any."
    }
  }
})";

}  // namespace gateway::allowed_hosts
