// GatewayConfig: the configuration as typed values, after every check. The application maps them to the
// options of the rooms, which this room does not know. Thread safety: a plain value.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gateway/secret.hpp>
#include <gateway/toolkit/connection_string.hpp>

#include "core/config/listen_address.hpp"
#include "core/config/plugin_selection.hpp"

namespace gateway::config {

struct ServerConfig {
  std::size_t io_threads = 0;  // 0: as many as cores
  int backlog = 0;
  std::size_t max_connections = 0;
  std::size_t max_in_flight = 0;
  std::size_t max_head_bytes = 0;
  std::size_t max_body_bytes = 0;
  std::size_t max_response_bytes = 0;
  std::chrono::seconds header_timeout{};
  std::chrono::seconds body_timeout{};
  std::chrono::seconds idle_timeout{};
  std::chrono::seconds request_timeout{};
  std::chrono::seconds write_timeout{};
  std::chrono::seconds drain_timeout{};
};

struct WorkerConfig {
  std::size_t fast_threads = 0;  // 0: as many as cores
  std::size_t fast_queue = 0;
  std::size_t blocking_threads = 0;
  std::size_t blocking_queue = 0;
  std::size_t provider_threads = 0;
  std::size_t provider_queue = 0;
  std::size_t hash_threads = 0;  // 0: as many as cores
  std::size_t hash_queue = 0;
};

struct OutboundConfig {
  std::string ca_file;  // empty: the system's authorities alone
  std::chrono::milliseconds connect_timeout{};
  std::chrono::milliseconds total_timeout{};
  std::size_t max_per_origin = 0;
};

struct ForwardedConfig {
  std::string preset;                       // empty: nothing is said about what stands in front
  std::vector<std::string> known_networks;  // "10.0.0.0/8"; parsed by the room that uses them
  std::size_t forward_limit = 0;
  std::string header;
};

struct UserConfig {
  std::vector<std::string> types;
  std::vector<std::string> self_signup_types;
  std::string admin_type;
};

struct PasswordConfig {
  std::int64_t min_length = 0;
  std::int64_t max_length = 0;
  bool require_uppercase = true;
  bool require_digit = true;
  bool require_special = true;
};

struct TokenConfig {
  bool issued_by_provider = false;
  std::string issuer_url;
  std::string audience;
  std::string algorithm;  // "ES256", "RS256" or "EdDSA"
  std::chrono::seconds access_lifetime{};
  std::chrono::seconds session_lifetime{};
  std::chrono::seconds session_idle_lifetime{};
  std::int64_t max_sessions_per_user = 0;
  std::chrono::seconds refresh_grace{};
  std::chrono::seconds verified_cache{};
  std::int64_t verified_cache_entries = 0;
  std::chrono::seconds key_rotation{};
  std::chrono::seconds key_publish_ahead{};
  Secret key_encryption_key;  // 32 bytes, or empty
  std::vector<Secret> previous_key_encryption_keys;
};

struct SmsConfig {
  std::string url;  // empty: none
  Secret authorization;
};

struct GatewayConfig {
  std::string environment;
  std::map<std::string, std::string> log_levels;  // category prefix -> level name
  std::string log_format;                         // "Auto", "Json" or "Text"
  ListenAddress listen;
  std::optional<ListenAddress> metrics_listen;  // nullopt: on the main port
  std::string plugin_directory;                 // empty: the installed one
  std::vector<PluginSelection> plugins;         // providers and policies in their order
  std::optional<toolkit::ConnectionString> database;
  ServerConfig server;
  WorkerConfig workers;
  OutboundConfig outbound;
  ForwardedConfig forwarded;
  std::string token_cookie;  // empty: none
  UserConfig users;
  PasswordConfig passwords;
  TokenConfig tokens;
  SmsConfig sms;
};

// Reads the tree, which is complete (defaults filled in), and checks what no schema can say. A value of a
// wrong type has been reported before and is passed over.
GatewayConfig read_gateway_config(const SettingsTree& tree, std::string environment,
                                  std::vector<PluginSelection> plugins, Faults& faults, Faults& warnings);

}  // namespace gateway::config
