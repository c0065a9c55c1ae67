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
    "ConnectionString": {"type": "string", "minLength": 1, "maxLength": 8192, "writeOnly": true},
    "RootCertificate": {"type": "string", "maxLength": 4096},
    "PasswordFile": {"type": "string", "maxLength": 4096, "writeOnly": false},
    "KeyPrefix": {"type": "string", "writeOnly": false, "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
    "MaximumPoolSize": {"type": "integer", "minimum": 1, "maximum": 1000},
    "ConnectTimeoutMs": {"type": "integer", "minimum": 50, "maximum": 300000},
    "TimeoutMs": {"type": "integer", "minimum": 10, "maximum": 30000},
    "ConnectionLifetimeSeconds": {"type": "integer", "minimum": 0, "maximum": 86400}
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
