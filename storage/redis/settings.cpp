#include "settings.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace gateway::redis {

namespace {

constexpr std::size_t kMaxPasswordBytes = 4096;
constexpr const char* kConnectionString = "ConnectionString";

bool stays_on_this_machine(const Endpoint& endpoint) {
  return endpoint.host == "localhost" || endpoint.host == "::1" || endpoint.host.rfind("127.", 0) == 0;
}

}  // namespace

Settings Settings::from(const PluginConfig& config) {
  ConfigFaults faults;
  Settings settings;
  const std::string text = config.text(kConnectionString, "");
  if (text.empty())
    faults.add(kConnectionString, "is missing", "for example rediss://redis.example.com:6379");
  const auto target = text.empty() ? std::nullopt : read_connection_string(text, kConnectionString, faults);
  settings.target = target.value_or(ConnectionString());
  settings.root_certificate = config.text("RootCertificate", "");
  settings.password_file = config.text("PasswordFile", "");
  settings.key_prefix = config.text("KeyPrefix", "identity-gateway");
  settings.max_connections = static_cast<std::size_t>(
      config.integer("MaximumPoolSize", static_cast<std::int64_t>(settings.max_connections)));
  settings.connect_timeout_ms = config.integer(
      "ConnectTimeoutMs", settings.target.connect_timeout_ms.value_or(settings.connect_timeout_ms));
  settings.timeout_ms = config.integer("TimeoutMs", settings.timeout_ms);
  settings.lifetime_ms = config.integer("ConnectionLifetimeSeconds", settings.lifetime_ms / 1000) * 1000;
  if (target) settings.check_beside(faults);
  faults.throw_if_any();
  return settings;
}

void Settings::check_beside(ConfigFaults& faults) const {
  if (!password_file.empty() && !target.password.empty())
    faults.add("PasswordFile", "is set beside a password in the connection string", "keep one of them",
               {kConnectionString});
  if (!root_certificate.empty() && !target.tls)
    faults.add("RootCertificate", "is set, and the connection string asks for no TLS",
               "write rediss:// or ssl=True", {kConnectionString});
}

// The first line, as tools write it: without the line's end.
Result<Secret> Settings::password() const {
  if (password_file.empty()) return target.password;
  std::ifstream file(password_file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return unavailable("Redis:PasswordFile cannot be read");
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (text.empty() || text.size() > kMaxPasswordBytes)
    return unavailable("Redis:PasswordFile holds no password in its first line");
  return Secret(std::move(text));
}

std::vector<std::string> Settings::warnings() const {
  std::vector<std::string> all = target.warnings;
  const auto& endpoints = target.endpoints;
  if (!target.tls && !std::all_of(endpoints.begin(), endpoints.end(), stays_on_this_machine)) {
    all.emplace_back(
        "the connection to Redis is in CLEAR TEXT, its password too; write rediss:// or ssl=True");
  }
  return all;
}

}  // namespace gateway::redis
