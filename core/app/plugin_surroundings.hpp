// What plugins' schemas are checked against beside their own sections (core/config/gateway_keywords.hpp): the
// routes that the router gets, as the endpoints give them, and the kinds of plugins that are selected.
// Thread safety: a pure function.
#pragma once

#include <vector>

#include "core/config/gateway_config.hpp"
#include "core/config/gateway_keywords.hpp"

namespace gateway::app {

config::Surroundings surroundings_of(const config::GatewayConfig& config);

// For one plugin by itself, where nobody says what is around it: the routes on the main port and every kind.
config::Surroundings usual_surroundings();

}  // namespace gateway::app
