// Forward-auth: /api/v1/auth/verify, any method: tells a reverse proxy who a request is from. The hot path:
// for a token verified lately it runs on the I/O thread and reads nothing but the caller.
//
// 200 with all X-Auth-* headers, empty where there is nothing to say; 401 with a challenge; 403 for a
// suspended user or when no `userType` of the query is the caller's. Bodies are empty. Any doubt (a malformed
// query) is a refusal.
#pragma once

#include "core/http/route.hpp"

namespace gateway::api {

// `cold`: where a token that is not known yet is verified.
http::Route forward_auth_route(http::Lane cold);

}  // namespace gateway::api
