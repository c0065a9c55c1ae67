#include "core/api/route_list.hpp"

#include "core/api/forward_auth_endpoint.hpp"

namespace gateway::api {

std::vector<http::Route> routes_of(const EndpointGroups& groups, http::Lane cold) {
  std::vector<http::Route> all;
  for (auto& part : {AuthEndpoints::routes(groups.auth), PhoneEndpoints::routes(groups.phone),
                     RecoveryEndpoints::routes(groups.recovery), UserEndpoints::routes(groups.users),
                     ApiKeyEndpoints::routes(groups.api_keys), AttemptEndpoints::routes(groups.attempts),
                     OperationsEndpoints::routes(groups.operations)}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  all.push_back(forward_auth_route(cold));
  return all;
}

}  // namespace gateway::api
