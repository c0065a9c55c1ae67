// PolicyChain: the selected policies, run in the configured order on the way in and in reverse on the way
// out.
//
// A policy that cannot decide ends the request with 503; one that throws is treated the same. Whatever ends a
// request, every policy sees the answer on its way out. Thread safety: immutable after construction; hooks
// run on several threads at once. Ownership: the entries' plugins outlive the chain.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/abi.h>
#include <gateway/policy.hpp>

#include "core/http/request_context.hpp"

namespace gateway::http {

struct PolicyEntry {
  std::string id;
  const gateway_policy* hooks = nullptr;
  void* instance = nullptr;
  std::function<void()> on_failure;  // counts; any thread
};

class PolicyChain {
 public:
  // Asks each policy where it may block: after their start. At most kMostPolicies of them.
  explicit PolicyChain(std::vector<PolicyEntry> entries);

  bool may_block(RouteClass route_class) const noexcept {
    return blocking_[static_cast<std::size_t>(route_class)];
  }

  // False: the answer is in the response already.
  bool on_request(RequestContext& context, RouteClass route_class) const;
  bool on_authenticated(RequestContext& context, RouteClass route_class) const;
  void on_response(RequestContext& context, RouteClass route_class) const;
  // Of a request that never came as far as a context.
  void on_response(const Request& request, Response& response) const;

 private:
  using Hook = std::int32_t (*)(void*, const gateway_request*, gateway_reply*);
  bool run_in(RequestContext& context, RouteClass route_class, Hook gateway_policy::*hook) const;
  void run_out(gateway_request& view, PolicyMemos& memos, Response& response,
               std::string_view request_id) const;

  std::vector<PolicyEntry> entries_;
  std::array<bool, kRouteClassCount> blocking_{};
};

}  // namespace gateway::http
