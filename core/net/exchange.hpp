// One request and its answer over one connection. Blocks until the deadline at most.
// Thread safety: pure functions. Errors: Broken, TimedOut, Stopped, Garbage, Unusable.
#pragma once

#include <gateway/outbound_http.hpp>

#include "core/net/connection.hpp"
#include "core/net/response_parser.hpp"

namespace gateway::net {

// `parser` is new; it says afterwards whether anything came and whether the connection can be used again.
Outcome<FetchedHttp> exchange(Connection& connection, const Secret& request, ResponseParser& parser,
                              const Deadline& deadline);

}  // namespace gateway::net
