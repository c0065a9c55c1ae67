#include "core/app/settings_from_config.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "core/http/forwarding_presets.hpp"

namespace gateway::app {

namespace {

constexpr std::size_t kMaxIoThreads = 64;  // the server's bound, on machines with more cores

std::size_t or_cores(std::size_t configured) {
  return configured != 0 ? configured : std::max(1U, std::thread::hardware_concurrency());
}

// KnownNetworks narrows a preset: what it does not believe anyway has been refused, and is not believed here
// either. How many entries are followed is the preset's alone.
http::ForwardingTrust forwarding_trust(const config::ForwardedConfig& from) {
  const auto preset = http::forwarding_preset(from.preset);
  http::ForwardingTrust to = preset.value_or(http::ForwardingTrust());
  to.header = from.header;
  if (!preset) to.max_hops = from.forward_limit;
  if (!from.known_networks.empty()) to.networks.clear();
  for (const std::string& text : from.known_networks) {
    const auto network = http::IpNetwork::parse(text);
    if (network && (!preset || http::narrows(*network, *preset))) to.networks.push_back(*network);
  }
  return to;
}

server::ServerOptions server_options(const config::GatewayConfig& from) {
  server::ServerOptions to;
  to.address = from.listen.address;
  to.port = from.listen.port;
  to.io_threads = std::min(or_cores(from.server.io_threads), kMaxIoThreads);
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
  to.forwarding = forwarding_trust(from.forwarded);
  return to;
}

WorkerOptions worker_options(const config::WorkerConfig& from) {
  WorkerOptions to;
  to.fast_threads = or_cores(from.fast_threads);
  to.fast_queue = from.fast_queue;
  to.blocking_threads = from.blocking_threads;
  to.blocking_queue = from.blocking_queue;
  to.provider_threads = from.provider_threads;
  to.provider_queue = from.provider_queue;
  to.hash_threads = or_cores(from.hash_threads);
  to.hash_queue = from.hash_queue;
  return to;
}

net::HttpClientOptions outbound_options(const config::OutboundConfig& from) {
  net::HttpClientOptions to;
  to.ca_file = from.ca_file;
  to.connect_timeout_ms = from.connect_timeout.count();
  to.total_timeout_ms = from.total_timeout.count();
  to.max_per_origin = from.max_per_origin;
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

auth::AttemptLimit attempt_limit(const config::AttemptLimitConfig& from) {
  return {from.free, from.first_delay.count(), from.longest_delay.count(), from.forget.count()};
}

}  // namespace

runtime::LogFormat log_format_of(const std::string& name) {
  if (name == "Json") return runtime::LogFormat::Json;
  return name == "Text" ? runtime::LogFormat::Text : runtime::LogFormat::Auto;
}

Settings settings_from_config(const config::GatewayConfig& from) {
  Settings to;
  to.environment = from.environment;
  to.server = server_options(from);
  if (from.metrics_listen) {
    to.metrics_server.emplace();
    to.metrics_server->address = from.metrics_listen->address;
    to.metrics_server->port = from.metrics_listen->port;
    to.metrics_server->max_connections =
        std::min(to.metrics_server->max_connections, to.server.max_connections);
  }
  to.workers = worker_options(from.workers);
  to.pipeline.token_cookie = from.token_cookie;
  to.outbound = outbound_options(from.outbound);
  to.users = {from.users.types, from.users.self_signup_types, from.users.admin_type};
  to.passwords = {from.passwords.min_length, from.passwords.max_length, from.passwords.require_uppercase,
                  from.passwords.require_digit, from.passwords.require_special};
  to.tokens = token_options(from.tokens);
  to.sms = {from.sms.url, from.sms.authorization};
  to.attempts = {attempt_limit(from.attempts.account), attempt_limit(from.attempts.address),
                 attempt_limit(from.attempts.mail), from.attempts.trust.count(), from.attempts.entries};
  to.drain_timeout = from.server.drain_timeout;
  for (const config::PluginSelection& plugin : from.plugins) {
    to.plugins.push_back(
        {plugin.kind, plugin.name, plugin.id, plugin.sha256, std::string(plugin.config.reveal())});
  }
  to.log_format = log_format_of(from.log_format);
  if (auto levels = runtime::LogLevels::parse(from.log_levels)) to.log_levels = std::move(*levels);
  return to;
}

}  // namespace gateway::app
