// The OpenAPI 3.1 document of the HTTP contract, as served at /api/v1/openapi.json (core/api/openapi.json,
// embedded).
#pragma once

#include <string_view>

namespace gateway::api {

std::string_view openapi_json() noexcept;

}  // namespace gateway::api
