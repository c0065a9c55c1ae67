// RequestContext: what the pipeline knows about one request while it is on its way: the exchange, its route,
// the path's parameters and, once authenticated, the caller. Thread safety: belongs to the one thread that
// works on the exchange. Ownership: keeps the exchange alive.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include <gateway/call.hpp>

#include "core/http/caller.hpp"
#include "core/http/exchange.hpp"

namespace gateway::http {

struct Route;

inline constexpr std::size_t kMostPolicies = 32;  // as the configuration's schema has it
// A word of each policy's own, in their configured order.
using PolicyMemos = std::array<std::uint64_t, kMostPolicies>;

// What its verifier knows a token by, made once for each request.
using TokenFingerprint = std::array<std::uint8_t, 32>;

struct RequestContext {
  std::shared_ptr<Exchange> exchange;
  const Route* route = nullptr;
  std::string_view parameter;  // of a path such as /users/{id}
  CallerPtr caller;            // null: anonymous so far
  PolicyMemos policy_memos{};
  TokenFingerprint token_fingerprint{};  // of routes that want a token, once the verifier was asked for it

  const Request& request() const noexcept { return exchange->request(); }
  Response& response() const noexcept { return exchange->response(); }

  // For calls into plugins: a little before the request's own deadline, so that what they say in the end is
  // still answered; and the request's id.
  CallContext call() const noexcept {
    constexpr std::chrono::milliseconds kLongestMargin{200};
    const auto whole = request().deadline - request().received_at;
    const auto margin = std::clamp<Clock::duration>(whole / 10, Clock::duration::zero(), kLongestMargin);
    const auto since_epoch = (request().deadline - margin).time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count(), request().request_id};
  }
};

}  // namespace gateway::http
