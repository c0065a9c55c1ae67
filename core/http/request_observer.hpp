// RequestObserver: told about every finished request, for the access log and the metrics.
// Thread safety: called from I/O threads and workers at once; must not block.
#pragma once

#include <chrono>
#include <string_view>

#include <gateway/policy.hpp>

#include "core/http/request_context.hpp"

namespace gateway::http {

struct FinishedRequest {
  const Request& request;
  std::string_view route;  // the pattern; empty where none matched
  RouteClass route_class = RouteClass::Unknown;
  int status = 0;
  std::chrono::nanoseconds duration{};
  const Caller* caller = nullptr;
};

class RequestObserver {
 public:
  RequestObserver() = default;
  RequestObserver(const RequestObserver&) = delete;
  RequestObserver& operator=(const RequestObserver&) = delete;
  virtual ~RequestObserver() = default;

  virtual void finished(const FinishedRequest& request) noexcept = 0;
  // A handler threw: a bug. `what` is for the log only.
  virtual void handler_threw(const Request& request, std::string_view route,
                             std::string_view what) noexcept = 0;
};

}  // namespace gateway::http
