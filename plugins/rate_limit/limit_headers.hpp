// set_limit_headers: X-RateLimit-Limit, -Remaining and -Reset, and the fields of
// draft-ietf-httpapi-ratelimit-headers (RateLimit-Policy, RateLimit). Thread safety: a function.
#pragma once

#include <cstdint>

#include <gateway/policy.hpp>

#include "limit_rules.hpp"

namespace gateway::rate_limit {

void set_limit_headers(const LimitRule& rule, const Decision& decision, std::int64_t wall_ms,
                       PolicyReply& reply) noexcept;

// Whole seconds, rounded up: who waits that long has waited long enough.
constexpr std::int64_t seconds_of(std::int64_t duration_ns) noexcept {
  return (duration_ns + 999'999'999) / 1'000'000'000;
}

}  // namespace gateway::rate_limit
