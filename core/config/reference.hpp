// The configuration reference: a Markdown table of every key of a schema with type, bounds, default and
// meaning. REFERENCE.md is this of the gateway's own schema; a test compares them. Thread safety: pure
// functions.
#pragma once

#include <string>

#include <gateway/json.hpp>

namespace gateway::config {

std::string reference_markdown(const rapidjson::Value& schema);

// For a terminal: the keys of a plugin's section, each with type, bounds and meaning on its lines.
std::string reference_text(const rapidjson::Value& schema, const std::string& section);

}  // namespace gateway::config
