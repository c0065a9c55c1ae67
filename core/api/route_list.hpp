// The routes of all groups of endpoints together: one list for the router, which calls them, and for whoever
// has to know before anything is started which there are. Thread safety: a pure function.
#pragma once

#include <vector>

#include "core/api/api_key_endpoints.hpp"
#include "core/api/attempt_endpoints.hpp"
#include "core/api/auth_endpoints.hpp"
#include "core/api/operations_endpoints.hpp"
#include "core/api/phone_endpoints.hpp"
#include "core/api/recovery_endpoints.hpp"
#include "core/api/user_endpoints.hpp"

namespace gateway::api {

// Those that are nullptr give routes to be looked at, not to be called.
struct EndpointGroups {
  AuthEndpoints* auth = nullptr;
  PhoneEndpoints* phone = nullptr;
  RecoveryEndpoints* recovery = nullptr;
  UserEndpoints* users = nullptr;
  ApiKeyEndpoints* api_keys = nullptr;
  AttemptEndpoints* attempts = nullptr;
  OperationsEndpoints* operations = nullptr;
};

// All but the metrics, which may have a port of their own. `cold`: as forward_auth_route() has it.
std::vector<http::Route> routes_of(const EndpointGroups& groups, http::Lane cold);

}  // namespace gateway::api
