#include <gateway/plugin.hpp>

#include "postgres_store.hpp"

using gateway::postgres::PostgresStore;

namespace {

// The section is the documented one, which holds connection strings alone, another plugin's among them; the
// other keys are for Plugins:Storage:Config.
constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "IdentityServiceDb": {
      "type": "string", "maxLength": 8192, "writeOnly": true,
      "description": "Where the database is: Host=…;Database=…;Username=…;Password=… or postgresql://…."
    },
    "Redis": {
      "type": "string", "maxLength": 8192, "writeOnly": true,
      "description": "Another plugin's: where Redis is."
    },
    "StatementTimeoutSeconds": {
      "type": "integer", "minimum": 1, "maximum": 3600,
      "description": "Seconds until the server gives a statement up; default 30; stands in Plugins:Storage:Config."
    },
    "AuditRetentionDays": {
      "type": "integer", "minimum": 0, "maximum": 36500,
      "description": "Days for which audit events are kept; 0: for ever; default 400; stands in Plugins:Storage:Config."
    }
  }
})";

}  // namespace

GATEWAY_PLUGIN(PostgresStore, {.id = "postgres",
                               .version = "0.1.0",
                               .description = "Storage in PostgreSQL 13 or newer",
                               .license = "Apache-2.0",
                               .section = "ConnectionStrings",
                               .config_schema = kConfigSchema,
                               .opens_sockets = true})
