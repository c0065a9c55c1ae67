#include "core/app/application.hpp"

#include <optional>
#include <utility>

#include "core/app/configuration.hpp"
#include "core/app/frontend.hpp"
#include "core/app/plugin_http.hpp"
#include "core/app/port_claim.hpp"
#include "core/app/preflight.hpp"
#include "core/app/services.hpp"
#include "core/config/config_report.hpp"
#include "core/plugin/plugin_catalog.hpp"
#include "core/plugin/plugin_set.hpp"
#include "core/runtime/periodic_tasks.hpp"

namespace gateway::app {

namespace {
constexpr std::int64_t kStartTimeoutMs = 30'000;
constexpr std::int64_t kProbeTimeoutMs = 3'000;
constexpr std::int64_t kMaintenanceTimeoutMs = 10'000;
constexpr std::chrono::seconds kProbeInterval{5};
constexpr std::chrono::seconds kMaintenanceInterval{60};
constexpr std::chrono::seconds kIdleConnectionInterval{15};
}  // namespace

struct Application::Impl {
  Impl(Settings s, const plugin::HostContext& p)
      : settings(std::move(s)),
        api_keys(p.clock),
        process{
            p.logger, p.clock, p.random, p.metrics, p.http != nullptr ? p.http : &http, settings.environment,
            &api_keys},
        plugins(process) {}

  CallContext call(std::int64_t timeout_ms, std::string_view id) const {
    return {process.clock.monotonic_ms() + timeout_ms, id};
  }
  std::vector<std::string> load_plugins();
  // What the machine has to give before anything is started or written.
  std::vector<std::string> claim(std::vector<PortClaim>& claims) const;
  void maintain();

  const Settings settings;
  // In the order of their dependence; destroyed in reverse.
  PluginHttp http;
  auth::ApiKeyVerifier api_keys;
  const plugin::HostContext process;
  plugin::PluginSet plugins;
  std::optional<Services> services;
  std::optional<Frontend> frontend;
  runtime::PeriodicTasks tasks;
};

std::vector<std::string> Application::Impl::load_plugins() {
  std::vector<std::string> faults;
  plugin::PluginCatalog catalog(settings.plugin_directory);
  for (const PluginChoice& choice : settings.plugins) {
    auto library = catalog.open(choice.name, choice.kind, choice.sha256);
    if (!library) {
      faults.push_back(std::move(library.error().detail));
      continue;
    }
    plugin::PluginSelection selection;
    selection.id = choice.id;
    selection.config_json = choice.config_json;
    plugins.add(std::move(*library), std::move(selection));
  }
  if (!faults.empty()) return faults;
  return plugins.create_all();
}

void Application::Impl::maintain() {
  const auto warn = [&](std::string_view what, const Error& error) {
    process.logger.write(LogLevel::Warning, "app", what, {{"reason", std::string_view(error.detail)}});
  };
  if (auto refreshed = services->keys.refresh(call(kMaintenanceTimeoutMs, "key-refresh")); !refreshed) {
    warn("keys could not be refreshed; the known ones stay in use", refreshed.error());
  }
  store::Prune prune;
  prune.now_ms = process.clock.wall_ms();
  if (auto pruned = services->store.prune(prune, call(kMaintenanceTimeoutMs, "prune")); !pruned) {
    warn("expired records could not be removed", pruned.error());
  }
  if (auto written = api_keys.write_uses(services->store, call(kMaintenanceTimeoutMs, "api-key-uses"));
      !written) {
    warn("when API keys were last used could not be stored", written.error());
  }
}

Application::Application(Settings settings, const plugin::HostContext& process)
    : impl_(std::make_unique<Impl>(std::move(settings), process)) {}

Application::~Application() {
  impl_->tasks.stop();
  impl_->http.stop();  // what a worker waits for ends at once
  impl_->frontend.reset();
}

std::vector<std::string> Application::start_services() {
  const plugin::HostContext& process = impl_->process;
  if (auto http = impl_->http.start(impl_->settings.outbound,
                                    {process.clock, process.random, process.logger, process.metrics});
      !http)
    return {"Http:CaFile: " + http.error().detail};
  if (auto faults = impl_->load_plugins(); !faults.empty()) return faults;
  if (auto faults = impl_->plugins.start_all(); !faults.empty()) return faults;
  impl_->services.emplace(impl_->plugins, impl_->settings, impl_->process, impl_->api_keys);
  if (auto keys = impl_->services->keys.refresh(impl_->call(kStartTimeoutMs, "start")); !keys) {
    return {"the gateway's keys: " + keys.error().detail};
  }
  if (impl_->settings.tokens.key_encryption_key.empty() && !storage_is_ephemeral()) {
    impl_->process.logger.write(LogLevel::Warning, "app",
                                "the gateway's private keys are stored in clear: set Tokens:KeyEncryptionKey",
                                {});
  }
  return {};
}

std::vector<std::string> Application::Impl::claim(std::vector<PortClaim>& claims) const {
  std::vector<std::string> faults;
  const auto claim_one = [&](const char* key, const server::ServerOptions& options) {
    auto claimed = PortClaim::take(options.address, options.port);
    if (claimed) {
      claims.push_back(*std::move(claimed));
    } else {
      faults.push_back(key + (": " + claimed.error().detail));
    }
  };
  claim_one("Urls", settings.server);
  if (settings.metrics_server) claim_one("Metrics:Url", *settings.metrics_server);
  if (const auto few = descriptor_fault(settings.server.max_connections))
    faults.push_back(config::fault_line(*few));
  return faults;
}

std::vector<std::string> Application::start() {
  std::vector<PortClaim> claims;  // until the server listens
  if (auto faults = impl_->claim(claims); !faults.empty()) return faults;
  if (auto faults = start_services(); !faults.empty()) return faults;
  impl_->frontend.emplace(*impl_->services, impl_->plugins, impl_->settings, impl_->process);
  // Before the first request, so that /ready says what is.
  impl_->frontend->health().probe(kProbeTimeoutMs);
  if (auto started = impl_->frontend->start(); !started) return {"Urls: " + started.error().detail};
  impl_->tasks.add(kProbeInterval, [this] { impl_->frontend->health().probe(kProbeTimeoutMs); });
  impl_->tasks.add(kMaintenanceInterval, [this] { impl_->maintain(); });
  impl_->tasks.add(kIdleConnectionInterval, [this] { impl_->http.drop_idle(); });
  impl_->tasks.start();
  // A storage that ends with the process has no other instances.
  if (!storage_is_ephemeral()) impl_->services->revocations.start();
  return {};
}

bool Application::storage_is_ephemeral() const {
  return impl_->plugins.of_kind(PluginKind::Storage).front()->manifest().ephemeral;
}

std::uint16_t Application::port() const {
  return impl_->frontend->port();
}

Services& Application::services() {
  return *impl_->services;
}

bool Application::stop() {
  const bool drained = !impl_->frontend || impl_->frontend->drain(impl_->settings.drain_timeout);
  impl_->http.stop();
  impl_->tasks.stop();
  if (impl_->services) {
    impl_->services->revocations.stop();
    // What was not written a minute ago; where it cannot be now, a last use is told a minute early.
    (void)impl_->api_keys.write_uses(impl_->services->store, impl_->call(kProbeTimeoutMs, "api-key-uses"));
  }
  return drained;
}

}  // namespace gateway::app
