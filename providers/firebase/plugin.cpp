#include <gateway/plugin.hpp>

#include "firebase_provider.hpp"

using gateway::firebase::FirebaseProvider;

namespace {

// Which of the credentials and the emulator there must be is for the constructor to say: in words.
constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "required": ["ProjectId"],
  "properties": {
    "ProjectId": {"type": "string", "minLength": 1, "maxLength": 128},
    "ApiKey": {"type": "string", "minLength": 1, "maxLength": 512, "writeOnly": true},
    "CredentialsPath": {"type": "string", "minLength": 1, "maxLength": 4096, "writeOnly": false},
    "CredentialsJson": {"type": "string", "minLength": 1, "maxLength": 65536, "writeOnly": true},
    "TenantId": {"type": "string", "minLength": 1, "maxLength": 128},
    "CheckRevoked": {"type": "boolean"},
    "ClockSkewSeconds": {"type": "integer", "minimum": 0, "maximum": 60},
    "Endpoints": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "IdentityToolkit": {"type": "string", "minLength": 1, "maxLength": 1024},
        "SecureToken": {"type": "string", "minLength": 1, "maxLength": 1024, "writeOnly": false},
        "OAuthToken": {"type": "string", "minLength": 1, "maxLength": 1024, "writeOnly": false},
        "TokenKeys": {"type": "string", "minLength": 1, "maxLength": 1024, "writeOnly": false},
        "SessionCookieKeys": {"type": "string", "minLength": 1, "maxLength": 1024}
      }
    },
    "Emulator": {
      "type": "object",
      "additionalProperties": false,
      "required": ["Host", "AllowUnsignedTokens"],
      "properties": {
        "Host": {"type": "string", "minLength": 1, "maxLength": 256},
        "AllowUnsignedTokens": {"type": "boolean", "const": true, "writeOnly": false}
      }
    }
  }
})";

}  // namespace

GATEWAY_PLUGIN(FirebaseProvider, {.id = "firebase",
                                  .version = "0.1.0",
                                  .description = "Accounts of a Firebase Authentication project",
                                  .license = "Apache-2.0",
                                  .section = "Firebase",
                                  .config_schema = kConfigSchema,
                                  .invalid_token_code = "INVALID_FIREBASE_TOKEN",
                                  .unavailable_code = "FIREBASE_AUTH_FAILED"})
