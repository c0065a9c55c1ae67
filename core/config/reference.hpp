// The configuration reference: a Markdown table of every key of a schema with type, bounds, default and
// meaning. REFERENCE.md is this of the gateway's own schema; a test compares them. Thread safety: a pure
// function.
#pragma once

#include <string>

#include <gateway/json.hpp>

namespace gateway::config {

std::string reference_markdown(const rapidjson::Value& schema);

}  // namespace gateway::config
