// Reads a settings file: JSON as ASP.NET's configuration takes it, that is with // and /* */ comments, commas
// behind the last element, and a byte order mark. Everything else is as strict as <gateway/json.hpp>; two
// names of one object that differ only in case are duplicates, because keys compare without case.
// Thread safety: a pure function. Errors: Invalid, with line and column, never with content.
#pragma once

#include <string_view>

#include <gateway/json.hpp>
#include <gateway/result.hpp>

namespace gateway::config {

// The document is an object.
Result<rapidjson::Document> parse_settings_json(std::string_view text);

}  // namespace gateway::config
