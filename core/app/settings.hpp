// Settings: everything the application needs to know, in the types of the rooms that use it.
// A plain value; made from the configuration by settings_from_config.hpp or by hand in tests.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gateway/manifest.hpp>

#include "core/app/worker_lanes.hpp"
#include "core/auth/options.hpp"
#include "core/http/pipeline.hpp"
#include "core/net/http_client.hpp"
#include "core/runtime/json_logger.hpp"
#include "core/runtime/log_levels.hpp"
#include "core/server/server_options.hpp"

namespace gateway::app {

struct PluginChoice {
  PluginKind kind = PluginKind::Provider;
  std::string name;  // which plugin
  std::string id;    // which instance of it
  std::optional<std::string> sha256;
  std::string config_json = "{}";
};

struct Settings {
  std::string environment = "Production";
  std::filesystem::path plugin_directory;
  std::vector<PluginChoice> plugins;
  server::ServerOptions server;
  std::optional<server::ServerOptions> metrics_server;  // nullopt: /metrics is on the main port
  WorkerOptions workers;
  http::PipelineOptions pipeline;
  net::HttpClientOptions outbound;
  auth::UserOptions users;
  auth::PasswordOptions passwords;
  auth::TokenOptions tokens;
  auth::SmsOptions sms;
  auth::AttemptOptions attempts;
  std::chrono::milliseconds drain_timeout{25'000};
  runtime::LogLevels log_levels;
  runtime::LogFormat log_format = runtime::LogFormat::Auto;
};

}  // namespace gateway::app
