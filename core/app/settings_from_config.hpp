// The checked configuration in the types of the rooms. What is wrong with it has been told before
// (preflight.hpp); a value that a room cannot read is passed over. Thread safety: a pure function.
#pragma once

#include "core/app/settings.hpp"
#include "core/config/gateway_config.hpp"

namespace gateway::app {

// Logging:Format; Auto where it is none.
runtime::LogFormat log_format_of(const std::string& name);

Settings settings_from_config(const config::GatewayConfig& from);

}  // namespace gateway::app
