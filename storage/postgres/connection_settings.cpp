#include "connection_settings.hpp"

#include <fstream>
#include <iterator>

namespace gateway::postgres {

using toolkit::SslMode;

namespace {

constexpr const char* kSystemCertificates = "/etc/ssl/certs/ca-certificates.crt";
constexpr std::size_t kMaxPasswordBytes = 4096;

const char* libpq_name(SslMode mode) {
  switch (mode) {
    case SslMode::Disable:
      return "disable";
    case SslMode::Prefer:
      return "prefer";
    case SslMode::Require:
      return "require";
    case SslMode::VerifyCa:
      return "verify-ca";
    case SslMode::VerifyFull:
      return "verify-full";
  }
  return "verify-full";
}

bool verifies(SslMode mode) {
  return mode == SslMode::VerifyCa || mode == SslMode::VerifyFull;
}

bool stays_on_this_machine(const std::string& host) {
  return host.rfind('/', 0) == 0 || host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
}

// The first line, as tools write it: without the line's end.
Result<std::string> read_password(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return unavailable("the Password File cannot be read");
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (text.empty() || text.size() > kMaxPasswordBytes || text.find('\0') != std::string::npos)
    return unavailable("the Password File holds no password in its first line");
  return text;
}

}  // namespace

ConnectionSettings ConnectionSettings::from(const PluginConfig& config) {
  constexpr const char* kKey = "IdentityServiceDb";
  const std::string text = config.text(kKey, "");
  if (text.empty())
    throw ConfigError(kKey, "is missing", "for example Host=db;Database=identity;Username=app;Password=…");
  ConfigFaults faults;
  auto target = toolkit::read_connection_string(text, kKey, faults);
  faults.throw_if_any();
  ConnectionSettings settings;
  settings.target = *std::move(target);
  settings.max_connections = static_cast<std::size_t>(
      settings.target.max_pool.value_or(static_cast<std::int64_t>(settings.max_connections)));
  settings.connect_timeout_ms = settings.target.timeout_s * 1000;
  settings.lifetime_ms = settings.target.lifetime_s * 1000;
  settings.statement_timeout_ms = config.integer("StatementTimeoutSeconds", 30) * 1000;
  settings.audit_retention_days = config.integer("AuditRetentionDays", settings.audit_retention_days);
  return settings;
}

Result<ConnectionSettings::Parameters> ConnectionSettings::libpq_parameters() const {
  std::string password(target.password.reveal());
  if (!target.password_file.empty()) {
    auto read = read_password(target.password_file);
    if (!read) return read.error();
    password = std::move(*read);
  }
  Parameters parameters{{"host", target.host},
                        {"port", std::to_string(target.port)},
                        {"dbname", target.database},
                        {"user", target.username},
                        {"password", password},
                        {"sslmode", libpq_name(target.ssl_mode)},
                        {"gssencmode", "disable"},
                        {"client_encoding", "UTF8"},
                        {"application_name", "identity-gateway"},
                        // After a failover the old address may lead to a server that only reads.
                        {"target_session_attrs", "read-write"},
                        // A peer that is gone without a word is noticed within a minute, idle or not.
                        {"keepalives", "1"},
                        {"keepalives_idle", "30"},
                        {"keepalives_interval", "10"},
                        {"keepalives_count", "3"},
                        {"tcp_user_timeout", "30000"}};
  const std::string& root = target.root_certificate;
  if (!root.empty() || verifies(target.ssl_mode))
    parameters.emplace_back("sslrootcert", root.empty() ? kSystemCertificates : root);
  // A pooler refuses start-up options; the roles behind it have them set with ALTER ROLE.
  if (keeps_session()) {
    parameters.emplace_back(
        "options", "-c statement_timeout=" + std::to_string(statement_timeout_ms) +
                       " -c lock_timeout=" + std::to_string(statement_timeout_ms) +
                       " -c idle_in_transaction_session_timeout=" + std::to_string(statement_timeout_ms) +
                       " -c default_transaction_isolation=read\\ committed" +
                       // Planned once per connection. Left to itself the server would plan a page of users
                       // anew for every call, which costs more than reading it: not knowing how short a page
                       // is, it takes the plan for a bad one (tests/integration/postgres/explain_test).
                       " -c plan_cache_mode=force_generic_plan -c jit=off");
  }
  return parameters;
}

std::vector<std::string> ConnectionSettings::warnings() const {
  if (verifies(target.ssl_mode) || stays_on_this_machine(target.host)) return {};
  if (target.ssl_mode == SslMode::Require) {
    if (!target.root_certificate.empty()) return {};  // libpq checks the issuer then
    return {
        "SSL Mode=Require encrypts and verifies NOTHING: whoever can answer in the database's place reads "
        "every "
        "password; set SSL Mode=VerifyFull and Root Certificate"};
  }
  return {
      "the connection to the database may be in CLEAR TEXT; set SSL Mode=VerifyFull and Root Certificate"};
}

}  // namespace gateway::postgres
