// OriginTable: the origins that were asked, at most kMaxOrigins; one of which nothing is under way makes room
// for a new one. Thread safety: all members from any thread. Ownership: an origin lives as long as somebody
// holds it.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <gateway/toolkit/url.hpp>

#include "core/net/origin.hpp"
#include "core/net/outbound_metrics.hpp"
#include "core/runtime/random.hpp"

namespace gateway::net {

class OriginTable {
 public:
  static constexpr std::size_t kMaxOrigins = 128;

  OriginTable(const OriginOptions& options, const runtime::Clock& clock, runtime::Random& random,
              runtime::Metrics& metrics)
      : options_(options), clock_(clock), random_(random), metrics_(metrics) {}

  // nullptr: there is no room.
  std::shared_ptr<Origin> of(const toolkit::Url& url);
  void drop_idle(std::int64_t age_ms);
  // From [0, 1).
  double chance();

 private:
  bool make_room();

  const OriginOptions options_;
  const runtime::Clock& clock_;
  runtime::Random& random_;
  OutboundMetrics metrics_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Origin>> origins_;  // guarded by mutex_
};

}  // namespace gateway::net
