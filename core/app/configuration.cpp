#include "core/app/configuration.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <thread>
#include <utility>

#include <unistd.h>

#include "core/config/config_report.hpp"
#include "core/config/configuration.hpp"
#include "core/http/ip_address.hpp"
#include "core/plugin/plugin_catalog.hpp"

namespace gateway::app {

namespace {

// Beside the program, as an installation has it: bin/identity-gateway, lib/identity-gateway/plugins.
std::filesystem::path installed_plugin_directory() {
  std::error_code failed;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed);
  return (program.parent_path().parent_path() / "lib" / "identity-gateway" / "plugins").lexically_normal();
}

std::string text_of_fault(const config::Fault& fault) {
  std::string text = fault.path + ": " + fault.problem;
  if (!fault.layer.empty()) text += " (from " + fault.layer + ")";
  if (!fault.hint.empty()) text += "; " + fault.hint;
  return text;
}

std::vector<std::string> texts_of(const config::Faults& faults) {
  std::vector<std::string> texts;
  std::transform(faults.begin(), faults.end(), std::back_inserter(texts), text_of_fault);
  return texts;
}

// The pins of the selected plugins, before anything is loaded: a file that is not the pinned one must not run
// at all.
std::map<std::string, std::string> pins_of(const config::Sources& sources) {
  std::map<std::string, std::string> pins;
  config::Faults ignored;  // told by check_configuration
  const config::SettingsTree tree = config::merge_sources(sources, {{"Plugins"}, {}}, ignored);
  for (const config::PluginSelection& selection : config::select_plugins(tree, ignored, ignored)) {
    if (selection.sha256) pins[selection.name] = *selection.sha256;
  }
  return pins;
}

// What the files in the folder say about themselves. One that may not be loaded is a fault when it is
// selected, which the loader says; here it is left out.
std::vector<config::PluginInfo> known_plugins(const config::Sources& sources,
                                              const std::filesystem::path& directory) {
  const auto pins = pins_of(sources);
  plugin::PluginCatalog catalog(directory);
  std::vector<config::PluginInfo> known;
  for (const std::string& name : catalog.names()) {
    const auto pin = pins.find(name);
    const auto library =
        catalog.inspect(name, pin == pins.end() ? std::nullopt : std::optional<std::string>(pin->second));
    if (!library) continue;
    const Manifest& manifest = (*library)->manifest();
    known.push_back({manifest.id, manifest.section, manifest.config_schema.text});
  }
  return known;
}

std::size_t or_cores(std::size_t configured) {
  return configured != 0 ? configured : std::max(1U, std::thread::hardware_concurrency());
}

server::ServerOptions server_options(const config::GatewayConfig& from, std::vector<std::string>& faults) {
  server::ServerOptions to;
  to.address = from.listen.address;
  to.port = from.listen.port;
  to.io_threads = or_cores(from.server.io_threads);
  to.backlog = from.server.backlog;
  to.max_connections = from.server.max_connections;
  to.max_in_flight = from.server.max_in_flight;
  to.max_head_bytes = from.server.max_head_bytes;
  to.max_body_bytes = from.server.max_body_bytes;
  to.max_response_bytes = from.server.max_response_bytes;
  to.header_timeout = from.server.header_timeout;
  to.body_timeout = from.server.body_timeout;
  to.idle_timeout = from.server.idle_timeout;
  to.request_timeout = from.server.request_timeout;
  to.write_timeout = from.server.write_timeout;
  to.forwarding.header = from.forwarded.header;
  to.forwarding.max_hops = from.forwarded.forward_limit;
  for (const std::string& text : from.forwarded.known_networks) {
    if (const auto network = http::IpNetwork::parse(text)) {
      to.forwarding.networks.push_back(*network);
    } else {
      faults.push_back("ForwardedHeaders:KnownNetworks: '" + text +
                       "' is no network; write it as 10.0.0.0/8");
    }
  }
  return to;
}

WorkerOptions worker_options(const config::WorkerConfig& from) {
  WorkerOptions to;
  to.fast_threads = or_cores(from.fast_threads);
  to.fast_queue = from.fast_queue;
  to.blocking_threads = from.blocking_threads;
  to.blocking_queue = from.blocking_queue;
  to.hash_threads = or_cores(from.hash_threads);
  to.hash_queue = from.hash_queue;
  return to;
}

auth::TokenOptions token_options(const config::TokenConfig& from) {
  auth::TokenOptions to;
  to.issuer = from.issued_by_provider ? auth::TokenIssuer::Provider : auth::TokenIssuer::Gateway;
  to.issuer_url = from.issuer_url;
  to.audience = from.audience;
  to.algorithm = toolkit::parse_jws_algorithm(from.algorithm).value_or(toolkit::JwsAlgorithm::ES256);
  to.access_lifetime_s = from.access_lifetime.count();
  to.session_lifetime_s = from.session_lifetime.count();
  to.session_idle_lifetime_s = from.session_idle_lifetime.count();
  to.max_sessions_per_user = from.max_sessions_per_user;
  to.refresh_grace_s = from.refresh_grace.count();
  to.verified_cache_s = from.verified_cache.count();
  to.verified_cache_entries = from.verified_cache_entries;
  to.key_rotation_s = from.key_rotation.count();
  to.key_publish_ahead_s = from.key_publish_ahead.count();
  to.key_encryption_key = from.key_encryption_key;
  to.previous_key_encryption_keys = from.previous_key_encryption_keys;
  return to;
}

Settings settings_of(const config::GatewayConfig& from, std::vector<std::string>& faults) {
  Settings to;
  to.environment = from.environment;
  to.server = server_options(from, faults);
  if (from.metrics_listen) {
    to.metrics_server.emplace();
    to.metrics_server->address = from.metrics_listen->address;
    to.metrics_server->port = from.metrics_listen->port;
  }
  to.workers = worker_options(from.workers);
  to.pipeline.token_cookie = from.token_cookie;
  to.users = {from.users.types, from.users.self_signup_types, from.users.admin_type};
  to.passwords = {from.passwords.min_length, from.passwords.max_length, from.passwords.require_uppercase,
                  from.passwords.require_digit, from.passwords.require_special};
  to.tokens = token_options(from.tokens);
  to.drain_timeout = from.server.drain_timeout;
  for (const config::PluginSelection& plugin : from.plugins) {
    to.plugins.push_back(
        {plugin.kind, plugin.name, plugin.id, plugin.sha256, std::string(plugin.config.reveal())});
  }
  if (from.log_format == "Json") to.log_format = runtime::LogFormat::Json;
  if (from.log_format == "Text") to.log_format = runtime::LogFormat::Text;
  if (auto levels = runtime::LogLevels::parse(from.log_levels)) {
    to.log_levels = std::move(*levels);
  } else {
    faults.push_back("Logging:LogLevel: " + levels.error().detail);
  }
  return to;
}

config::Sources read(const ConfigArguments& arguments) {
  config::SourceOptions options;
  if (arguments.path) options.config = *arguments.path;
  options.environment = arguments.environment;
  options.overrides = arguments.overrides;
  options.variables = config::process_environment();
  return config::read_sources(options);
}

std::filesystem::path directory_of(const config::Sources& sources) {
  const std::string configured = config::plugin_directory(sources);
  return configured.empty() ? installed_plugin_directory() : std::filesystem::path(configured);
}

}  // namespace

LoadedConfiguration load_configuration(const ConfigArguments& arguments) {
  const config::Sources sources = read(arguments);
  const std::filesystem::path directory = directory_of(sources);
  const config::CheckedConfiguration checked =
      config::check_configuration(sources, known_plugins(sources, directory));
  LoadedConfiguration loaded;
  loaded.faults = texts_of(checked.faults);
  loaded.warnings = texts_of(checked.warnings);
  if (checked.ok()) loaded.settings = settings_of(checked.config, loaded.faults);
  loaded.settings.plugin_directory = directory;
  return loaded;
}

ConfigurationReport report_configuration(const ConfigArguments& arguments, bool show, bool as_json) {
  const config::Sources sources = read(arguments);
  const config::CheckedConfiguration checked =
      config::check_configuration(sources, known_plugins(sources, directory_of(sources)));
  const auto format = as_json ? config::ReportFormat::Json : config::ReportFormat::Text;
  return {show ? config::show_report(checked, format) : config::check_report(checked, format), checked.ok()};
}

std::vector<std::string> check_plugin_section(const Manifest& manifest, const std::string& section) {
  config::Sources sources;
  sources.files.push_back({"section", "{\"" + manifest.section + "\":" + section + "}"});
  const config::CheckedConfiguration checked =
      config::check_configuration(sources, {{manifest.id, manifest.section, manifest.config_schema.text}});
  std::vector<std::string> faults;
  for (const config::Fault& fault : checked.faults) {
    // The rest of a configuration is not there, and is not what is asked.
    if (fault.path.rfind(manifest.section, 0) == 0 || fault.path == "section")
      faults.push_back(text_of_fault(fault));
  }
  return faults;
}

}  // namespace gateway::app
