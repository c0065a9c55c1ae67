// Checks a value against a JSON Schema (draft 7) and reports everything that is wrong at once, in words that
// name keys and types and never a value. valijson lives behind this header alone.
// Thread safety: pure functions of their arguments. Errors: a schema that is none is itself a fault.
#pragma once

#include <string>

#include "core/config/fault.hpp"
#include "core/config/schema_fit.hpp"
#include "core/config/settings_tree.hpp"

namespace gateway::config {

// `value` stands at `path` of the tree. Unknown keys that fit() has reported are not reported again.
void check_schema(const SettingsTree& tree, const rapidjson::Value& value, const SchemaNode& schema,
                  const std::string& path, Faults& faults);

bool has_fault_at(const Faults& faults, std::string_view path);
// At it or below.
bool has_fault_within(const Faults& faults, std::string_view path);

}  // namespace gateway::config
