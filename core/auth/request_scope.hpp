// RequestScope: what every operation of this room is given about the request it works for.
// Thread safety: a plain value. Ownership: views into the request; valid while it is handled.
#pragma once

#include <string_view>

#include <gateway/call.hpp>

namespace gateway::auth {

struct RequestScope {
  CallContext call;
  std::string_view client_address;
};

}  // namespace gateway::auth
