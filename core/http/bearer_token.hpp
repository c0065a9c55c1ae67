// The bearer token of a request (RFC 6750, section 2.1): from the Authorization header, or from a configured
// cookie for forward-auth. Never from the query. Thread safety: pure functions. The view points into the
// request.
#pragma once

#include <optional>
#include <string_view>

#include "core/http/request.hpp"

namespace gateway::http {

// nullopt: no usable credentials: another scheme, an empty or malformed token.
std::optional<std::string_view> bearer_token(const Request& request) noexcept;
// nullopt as well where the name is there more than once, in whatever form: which of them was meant is not
// for the gateway to guess, as it is not for two Authorization fields (the server room answers those with
// 400).
std::optional<std::string_view> cookie(const Request& request, std::string_view name) noexcept;

}  // namespace gateway::http
