#include <gateway/plugin.hpp>

#include "firebase_provider.hpp"

using gateway::firebase::FirebaseProvider;

namespace {

// What there must be is for the constructor to say, in words: it is asked about a section with faults only as
// far as that satisfies the schema, so a key that is required here would keep it from telling the rest.
constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "ProjectId": {
      "type": "string", "maxLength": 128,
      "description": "The project's id, as the Firebase console shows it."
    },
    "ApiKey": {
      "type": "string", "maxLength": 512, "writeOnly": true,
      "description": "The project's Web API key, with which accounts sign in."
    },
    "CredentialsPath": {
      "type": "string", "maxLength": 4096, "writeOnly": false,
      "description": "The file with the key of a service account of the project."
    },
    "CredentialsJson": {
      "type": "string", "maxLength": 65536, "writeOnly": true,
      "description": "What is in that file, where secrets are environment variables."
    },
    "TenantId": {
      "type": "string", "minLength": 1, "maxLength": 128,
      "description": "The tenant of Identity Platform whose accounts these are; left out: none."
    },
    "CheckRevoked": {
      "type": "boolean",
      "description": "Whether each token that is not cached is also looked up at Google; default false."
    },
    "ClockSkewSeconds": {
      "type": "integer", "minimum": 0, "maximum": 60,
      "description": "How far this clock and Google's may differ; default 30."
    },
    "Endpoints": {
      "type": "object",
      "additionalProperties": false,
      "description": "Where Google is, for tests: base URLs, https or on a loopback address.",
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
      "description": "The Auth emulator on this machine instead of Google, in Development and Test only.",
      "properties": {
        "Host": {"type": "string", "maxLength": 256, "description": "Its address: 127.0.0.1:9099."},
        "AllowUnsignedTokens": {
          "type": "boolean", "writeOnly": false,
          "description": "Must be true: the emulator's tokens are not signed."
        }
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
