// Route: one endpoint: what it matches, who may call it, where its handler runs, and the handler.
// Thread safety: immutable once the router is built; handlers are called from several threads at once.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <gateway/policy.hpp>

#include "core/http/problem.hpp"
#include "core/http/request_context.hpp"

namespace gateway::http {

// Where a handler runs. Inline handlers run on an I/O thread and must not block.
enum class Lane {
  Inline,
  Fast,      // signature checks
  Blocking,  // storage
  Provider,  // identity providers: one that hangs must not take the workers of the storage
  Hash,      // password hashing: as many at once as there are cores
};

enum class Access { Anonymous, Bearer };

// Fills response(), or says why not.
using Handler = std::function<Outcome<Done>(RequestContext&)>;

struct Route {
  std::optional<Method> method;  // nullopt: any
  std::string pattern;  // "/api/v1/users/{id}/x": at most one parameter, the last segment or the one before
  RouteClass route_class = RouteClass::Read;
  Access access = Access::Anonymous;
  Lane lane = Lane::Blocking;
  Handler handler;
  // The handler itself never blocks: where the caller is known already it runs on the I/O thread, whatever
  // the lane.
  bool inline_when_known = false;
  bool bare_errors = false;  // errors carry no body: a proxy reads them
};

}  // namespace gateway::http
