// What operators, probes and other services ask: health, live, ready, info, metrics, key set, discovery,
// OpenAPI. All inline: they read snapshots. Thread safety: handlers run on several threads at once.
// Ownership: refers to the services.
#pragma once

#include <string>
#include <vector>

#include "core/api/health_monitor.hpp"
#include "core/auth/key_ring.hpp"
#include "core/http/route.hpp"
#include "core/runtime/metrics.hpp"

namespace gateway::api {

class OperationsEndpoints {
 public:
  OperationsEndpoints(const HealthMonitor& health, const auth::KeyRing& keys, runtime::Metrics& metrics,
                      const auth::ProviderDirectory& providers, const runtime::Clock& clock,
                      const auth::TokenOptions& tokens, const auth::UserOptions& users, std::string version)
      : health_(health),
        keys_(keys),
        metrics_(metrics),
        providers_(providers),
        clock_(clock),
        tokens_(tokens),
        users_(users),
        version_(std::move(version)) {}

  // All but the metrics. nullptr: the routes to be looked at, not to be called.
  static std::vector<http::Route> routes(OperationsEndpoints* endpoints);
  static http::Route metrics_route(OperationsEndpoints* endpoints);

 private:
  using Context = http::RequestContext;
  http::Outcome<Done> health(Context& context);
  http::Outcome<Done> live(Context& context);
  http::Outcome<Done> ready(Context& context);
  http::Outcome<Done> info(Context& context);
  http::Outcome<Done> metrics(Context& context);
  http::Outcome<Done> key_set(Context& context);
  http::Outcome<Done> discovery(Context& context);
  http::Outcome<Done> openapi(Context& context);

  const HealthMonitor& health_;
  const auth::KeyRing& keys_;
  runtime::Metrics& metrics_;
  const auth::ProviderDirectory& providers_;
  const runtime::Clock& clock_;
  const auth::TokenOptions tokens_;
  const auth::UserOptions users_;
  const std::string version_;
};

}  // namespace gateway::api
