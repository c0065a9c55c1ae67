#include "core/app/frontend.hpp"

#include <iterator>
#include <memory>
#include <utility>

#include "core/api/route_list.hpp"
#include "core/app/version.hpp"

namespace gateway::app {

namespace {

std::vector<http::PolicyEntry> policy_entries(const plugin::PluginSet& plugins) {
  std::vector<http::PolicyEntry> entries;
  for (plugin::PluginInstance* instance : plugins.of_kind(PluginKind::Policy)) {
    entries.push_back({instance->id(), &instance->policy(), instance->handle(),
                       [instance] { instance->count_hook_failure(); }});
  }
  return entries;
}

// What the health probe asks beside the storage: what it can do without, in part.
auth::ProviderDirectory probed(const auth::ProviderDirectory& providers, const plugin::PluginSet& plugins) {
  std::vector<plugin::PluginInstance*> all = providers.all();
  for (plugin::PluginInstance* counters : plugins.of_kind(PluginKind::Counters))
    all.push_back(counters);
  return auth::ProviderDirectory(std::move(all));
}

}  // namespace

Frontend::Frontend(Services& services, plugin::PluginSet& plugins, const Settings& settings,
                   const plugin::HostContext& process)
    : probed_(probed(services.providers, plugins)),
      health_(services.store, probed_, process.clock),
      recovery_endpoints_(
          services.out_of_band, services.providers, health_, services.attempts, process.clock,
          [this](std::function<void()> task) { return lanes_.post(http::Lane::Provider, std::move(task)); }),
      auth_endpoints_(services.accounts, services.social, services.users, services.authenticator,
                      recovery_endpoints_, services.providers, settings.users),
      phone_endpoints_(services.phones, settings.users),
      user_endpoints_(services.users, services.user_attempts, settings.users),
      api_key_endpoints_(services.api_keys),
      attempt_endpoints_(services.address_attempts),
      operations_endpoints_(health_, services.keys, process.metrics, services.providers, process.clock,
                            settings.tokens, settings.users, std::string(kVersion)),
      policies_(policy_entries(plugins)),
      router_(routes(plugins, settings)),
      tokens_(services.authenticator),
      telemetry_(process.logger, process.metrics),
      lanes_(settings.workers),
      pipeline_(router_, policies_, tokens_, telemetry_, post(), settings.pipeline),
      server_(settings.server, pipeline_) {
  if (settings.metrics_server) metrics_ = std::make_unique<MetricsListener>(*this, *settings.metrics_server);
  export_figures(services, process.metrics);
}

http::Post Frontend::post() {
  return [this](http::Lane lane, std::function<void()> task) { return lanes_.post(lane, std::move(task)); };
}

// No policies there: whoever can reach the port may read it, which is why it has a port of its own.
Frontend::MetricsListener::MetricsListener(Frontend& frontend, const server::ServerOptions& options)
    : router({api::OperationsEndpoints::metrics_route(&frontend.operations_endpoints_)}),
      policies({}),
      pipeline(router, policies, frontend.tokens_, frontend.telemetry_, frontend.post(), {}),
      server(options, pipeline) {}

Result<Done> Frontend::start() {
  if (metrics_) {
    if (auto started = metrics_->server.start(); !started) return started;
  }
  return server_.start();
}

// The workers first: what they finish still finds the server.
Frontend::~Frontend() {
  lanes_.stop();
}

std::vector<http::Route> Frontend::routes(const plugin::PluginSet& plugins, const Settings& settings) {
  // A token of ours whose session is in memory is checked without waiting for anybody. A database is waited
  // for; so may a provider's service be, for what it says of a token, and what a policy asks.
  const bool may_wait = plugins.of_kind(PluginKind::Storage).front()->manifest().opens_sockets ||
                        probed_.first_with("token") != nullptr || policies_.may_block(RouteClass::Verify);
  auto all = api::routes_of({&auth_endpoints_, &phone_endpoints_, &recovery_endpoints_, &user_endpoints_,
                             &api_key_endpoints_, &attempt_endpoints_, &operations_endpoints_},
                            may_wait ? http::Lane::Blocking : http::Lane::Fast);
  if (!settings.metrics_server)
    all.push_back(api::OperationsEndpoints::metrics_route(&operations_endpoints_));
  return all;
}

bool Frontend::drain(std::chrono::milliseconds timeout) {
  health_.begin_drain();
  server_.begin_drain();
  const bool drained = server_.wait_drained(std::chrono::steady_clock::now() + timeout);
  server_.stop();
  if (metrics_) metrics_->server.stop();
  return drained;
}

void Frontend::export_figures(Services& services, runtime::Metrics& metrics) {
  metrics
      .gauge("gateway_build_info", "Always 1; the version is in the label.",
             {{"version", std::string(kVersion)}})
      .set(1);
  for (const runtime::WorkerPool* pool : lanes_.pools()) {
    const runtime::Labels labels{{"pool", pool->name()}};
    auto queued = metrics.gauge("gateway_worker_queue_depth", "Tasks that wait for a worker.", labels);
    auto busy = metrics.gauge("gateway_worker_busy", "Workers that work.", labels);
    auto refused = metrics.gauge("gateway_worker_refused",
                                 "Tasks refused since start, because the queue was full.", labels);
    metrics.on_collect([=]() mutable {
      queued.set(static_cast<double>(pool->queued()));
      busy.set(static_cast<double>(pool->busy()));
      refused.set(static_cast<double>(pool->refused()));
    });
  }
  const auto figure = [&](const char* name, const char* help, const server::ServerStats::Value& value) {
    auto gauge = metrics.gauge(name, help);
    metrics.on_collect(
        [gauge, &value]() mutable { gauge.set(static_cast<double>(value.load(std::memory_order_relaxed))); });
  };
  const server::ServerStats& stats = server_.stats();
  figure("gateway_connections_open", "Open client connections.", stats.connections_open);
  figure("gateway_connections_accepted", "Accepted since start.", stats.connections_accepted);
  figure("gateway_connections_refused", "Closed at once since start, over the connection cap.",
         stats.connections_refused);
  figure("gateway_requests_in_flight", "Requests that are being worked on.", stats.in_flight);
  figure("gateway_requests_refused", "Refused since start, over the in-flight bound.",
         stats.requests_refused);
  figure("gateway_framing_errors", "Requests that were not HTTP, since start.", stats.framing_errors);
  figure("gateway_request_timeouts", "Header, body and request deadlines passed, since start.",
         stats.timeouts);
  figure("gateway_slow_readers_dropped", "Clients that did not take their answer, since start.",
         stats.slow_readers_dropped);

  auto hits = metrics.gauge("gateway_token_cache_hits", "Verified tokens found in the cache, since start.");
  auto misses = metrics.gauge("gateway_token_cache_misses", "Tokens not found in the cache, since start.");
  auto entries = metrics.gauge("gateway_token_cache_entries", "Verified tokens in the cache.");
  metrics.on_collect([=, cache = &services.verified_tokens]() mutable {
    hits.set(static_cast<double>(cache->hits()));
    misses.set(static_cast<double>(cache->misses()));
    entries.set(static_cast<double>(cache->size()));
  });
}

}  // namespace gateway::app
