// Frontend: HTTP over the services: endpoints, router, policies, worker lanes, pipeline, server.
// Thread safety: start(), drain() and destruction from one thread. Ownership: owns all of these, refers to
// the services.
#pragma once

#include <memory>
#include <string>

#include "core/api/api_key_endpoints.hpp"
#include "core/api/attempt_endpoints.hpp"
#include "core/api/auth_endpoints.hpp"
#include "core/api/health_monitor.hpp"
#include "core/api/operations_endpoints.hpp"
#include "core/api/phone_endpoints.hpp"
#include "core/api/recovery_endpoints.hpp"
#include "core/api/token_gate.hpp"
#include "core/api/user_endpoints.hpp"
#include "core/app/request_telemetry.hpp"
#include "core/app/services.hpp"
#include "core/http/pipeline.hpp"
#include "core/http/policy_chain.hpp"
#include "core/http/router.hpp"
#include "core/server/server.hpp"

namespace gateway::app {

class Frontend {
 public:
  Frontend(Services& services, plugin::PluginSet& plugins, const Settings& settings,
           const plugin::HostContext& process);
  ~Frontend();
  Frontend(const Frontend&) = delete;
  Frontend& operator=(const Frontend&) = delete;

  Result<Done> start();
  std::uint16_t port() const { return server_.port(); }
  // Of the metrics, where they have one of their own; else 0.
  std::uint16_t metrics_port() const { return metrics_ ? metrics_->server.port() : 0; }
  // Stops accepting, answers what is in flight; false when the deadline cut something off.
  bool drain(std::chrono::milliseconds timeout);

  api::HealthMonitor& health() noexcept { return health_; }
  const http::Router& router() const noexcept { return router_; }

 private:
  // /metrics on a port of its own.
  struct MetricsListener {
    MetricsListener(Frontend& frontend, const server::ServerOptions& options);
    http::Router router;
    http::PolicyChain policies;
    http::Pipeline pipeline;
    server::Server server;
  };
  std::vector<http::Route> routes(const plugin::PluginSet& plugins, const Settings& settings);
  http::Post post();
  void export_figures(Services& services, runtime::Metrics& metrics);

  const auth::ProviderDirectory probed_;
  api::HealthMonitor health_;
  api::RecoveryEndpoints recovery_endpoints_;
  api::AuthEndpoints auth_endpoints_;
  api::PhoneEndpoints phone_endpoints_;
  api::UserEndpoints user_endpoints_;
  api::ApiKeyEndpoints api_key_endpoints_;
  api::AttemptEndpoints attempt_endpoints_;
  api::OperationsEndpoints operations_endpoints_;
  http::PolicyChain policies_;
  http::Router router_;
  api::TokenGate tokens_;
  RequestTelemetry telemetry_;
  WorkerLanes lanes_;
  http::Pipeline pipeline_;
  server::Server server_;
  std::unique_ptr<MetricsListener> metrics_;
};

}  // namespace gateway::app
