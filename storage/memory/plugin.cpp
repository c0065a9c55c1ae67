#include <gateway/plugin.hpp>

#include "memory_store.hpp"

using gateway::memory::MemoryStore;

namespace {

constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "MaxUsers": {"type": "integer", "minimum": 1, "maximum": 10000000},
    "MaxSessions": {"type": "integer", "minimum": 1, "maximum": 10000000},
    "MaxCodes": {"type": "integer", "minimum": 1, "maximum": 10000000},
    "MaxRecords": {"type": "integer", "minimum": 1, "maximum": 10000000},
    "MaxRecordBytes": {"type": "integer", "minimum": 1, "maximum": 1073741824},
    "MaxAuditEvents": {"type": "integer", "minimum": 1, "maximum": 10000000},
    "MaxApiKeys": {"type": "integer", "writeOnly": false, "minimum": 1, "maximum": 10000000}
  }
})";

}  // namespace

GATEWAY_PLUGIN(MemoryStore, {.id = "memory",
                             .version = "0.1.0",
                             .description = "Storage in memory: for development and tests",
                             .license = "Apache-2.0",
                             .section = "Memory",
                             .config_schema = kConfigSchema,
                             .ephemeral = true})
