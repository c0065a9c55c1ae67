// The scope of an operation of the auth room, from the request it is done for.
#pragma once

#include "core/auth/request_scope.hpp"
#include "core/http/request_context.hpp"

namespace gateway::api {

inline auth::RequestScope scope_of(const http::RequestContext& context) {
  return {context.call(), context.request().client_address};
}

}  // namespace gateway::api
