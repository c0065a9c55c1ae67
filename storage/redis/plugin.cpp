#include <gateway/plugin.hpp>

#include "redis_counters.hpp"

using gateway::redis::RedisCounters;

namespace {

// ConnectionString is ConnectionStrings:Redis, where the section has none. That there is one at all is for
// the constructor to say, so that it is asked about the rest as well.
constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "ConnectionString": {
      "type": "string", "maxLength": 8192, "writeOnly": true,
      "description": "Where Redis is: rediss://user:password@host:6379/0 or host:6379,password=…,ssl=True; left out, ConnectionStrings:Redis."
    },
    "RootCertificate": {
      "type": "string", "maxLength": 4096,
      "description": "File of the certificate authorities (PEM) that its certificate is checked against; left out, the system's."
    },
    "PasswordFile": {
      "type": "string", "maxLength": 4096, "writeOnly": false,
      "description": "File whose first line is the password, read at every connecting."
    },
    "KeyPrefix": {
      "type": "string", "writeOnly": false, "pattern": "^[A-Za-z0-9._:-]{1,64}$",
      "description": "In front of every key: 1 to 64 letters, digits, '.', '_', ':' and '-'; default identity-gateway."
    },
    "MaximumPoolSize": {
      "type": "integer", "minimum": 1, "maximum": 1000,
      "description": "Connections at most; default 8."
    },
    "ConnectTimeoutMs": {
      "type": "integer", "minimum": 50, "maximum": 300000,
      "description": "Milliseconds for a connection: name, TCP and TLS together; default what the connection string says, or 5000."
    },
    "TimeoutMs": {
      "type": "integer", "minimum": 10, "maximum": 30000,
      "description": "Milliseconds for one operation, where its deadline is later; default 1000."
    },
    "ConnectionLifetimeSeconds": {
      "type": "integer", "minimum": 0, "maximum": 86400,
      "description": "How old a connection may get; 0: any age; default 1800."
    }
  }
})";

}  // namespace

GATEWAY_PLUGIN(RedisCounters, {.id = "redis",
                               .version = "0.1.0",
                               .description = "Counts that all instances share, in Redis 5 or newer",
                               .license = "Apache-2.0",
                               .section = "Redis",
                               .config_schema = kConfigSchema,
                               .opens_sockets = true})
