#include <gateway/plugin.hpp>

#include "memory_store.hpp"

using gateway::memory::MemoryStore;

namespace {

constexpr std::string_view kConfigSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "MaxUsers": {
      "type": "integer", "minimum": 1, "maximum": 10000000,
      "description": "How many users, deleted ones included, and how many credentials there may be; default: 100000."
    },
    "MaxSessions": {
      "type": "integer", "minimum": 1, "maximum": 10000000,
      "description": "How many sessions there may be; default: 100000."
    },
    "MaxCodes": {
      "type": "integer", "minimum": 1, "maximum": 10000000,
      "description": "How many one-time codes there may be; default: 100000."
    },
    "MaxRecords": {
      "type": "integer", "minimum": 1, "maximum": 10000000,
      "description": "How many small values of plugins (records) there may be; default: 10000."
    },
    "MaxRecordBytes": {
      "type": "integer", "minimum": 1, "maximum": 1073741824,
      "description": "How many bytes all records together may have; default: 67108864."
    },
    "MaxAuditEvents": {
      "type": "integer", "minimum": 1, "maximum": 10000000,
      "description": "How many audit events are kept, the oldest makes room for a new one; default: 100000."
    },
    "MaxApiKeys": {
      "type": "integer", "minimum": 1, "maximum": 10000000, "writeOnly": false,
      "description": "How many API keys there may be; default: 10000."
    }
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
