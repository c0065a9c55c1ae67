// From a Problem to the error envelope of the HTTP contract: the one place where errors become bytes.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "core/http/problem.hpp"
#include "core/http/response.hpp"

namespace gateway::http {

inline constexpr std::string_view kJsonType = "application/json; charset=utf-8";

// Fills status, headers (Content-Type, Retry-After, WWW-Authenticate) and the body.
void write_problem(const Problem& problem, std::string_view request_id, Response& response);
// The same with an empty body, for answers that a proxy reads (forward-auth).
void write_bare_problem(const Problem& problem, Response& response);

}  // namespace gateway::http
