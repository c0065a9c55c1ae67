// The gateway's own part of the configuration: one JSON Schema (draft 7), gateway_schema.json, with the type,
// bounds, default and meaning of every key. Checks, defaults, `config show` and REFERENCE.md all come from
// it. Keys that hold a secret say "writeOnly". A key without "default" has one that depends on other keys;
// its description says which. Thread safety: pure functions. Ownership: the document lives as long as the
// process.
#pragma once

#include <gateway/json.hpp>

namespace gateway::config {

const rapidjson::Document& gateway_schema();

}  // namespace gateway::config
