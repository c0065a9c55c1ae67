// From the configuration to what libpq is told.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "storage/postgres/connection_settings.hpp"

namespace gateway::testing {
namespace {

using postgres::ConnectionSettings;

ConnectionSettings settings_of(const std::string& connection, const std::string& more = "") {
  return ConnectionSettings::from(PluginConfig(R"({"IdentityServiceDb":")" + connection + "\"" + more + "}"));
}

std::string parameter(const ConnectionSettings& settings, std::string_view name) {
  const auto all = settings.libpq_parameters();
  EXPECT_TRUE(all) << all.error().detail;
  if (!all) return "";
  const auto found = std::find_if(all->begin(), all->end(), [&](const auto& p) { return p.first == name; });
  return found == all->end() ? "(absent)" : found->second;
}

constexpr const char* kDocumented =
    "Host=db.example.com;Database=realserv_identity;Username=postgres;Password=p;SSL Mode=Require";

TEST(PostgresSettings, TheDocumentedFormIsUnderstood) {
  const auto settings = settings_of(kDocumented);
  EXPECT_EQ(parameter(settings, "host"), "db.example.com");
  EXPECT_EQ(parameter(settings, "port"), "5432");
  EXPECT_EQ(parameter(settings, "dbname"), "realserv_identity");
  EXPECT_EQ(parameter(settings, "user"), "postgres");
  EXPECT_EQ(parameter(settings, "password"), "p");
  EXPECT_EQ(parameter(settings, "sslmode"), "require");
  EXPECT_EQ(parameter(settings, "sslrootcert"), "(absent)");
  EXPECT_EQ(parameter(settings, "target_session_attrs"), "read-write");
  EXPECT_NE(parameter(settings, "options").find("statement_timeout=30000"), std::string::npos);
  EXPECT_EQ(settings.max_connections, 20U);
  EXPECT_EQ(settings.connect_timeout_ms, 15'000);
}

TEST(PostgresSettings, RequireWarnsThatItVerifiesNothing) {
  const auto warnings = settings_of(kDocumented).warnings();
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("NOTHING"), std::string::npos);
  EXPECT_TRUE(settings_of(std::string(kDocumented) + ";Root Certificate=/ca.pem").warnings().empty())
      << "libpq checks the issuer then";
  EXPECT_TRUE(settings_of("postgresql://u@db.example.com/d?sslmode=verify-full").warnings().empty());
  EXPECT_EQ(settings_of("postgresql://u@db.example.com/d").warnings().size(), 1U) << "clear text is possible";
  EXPECT_TRUE(settings_of("postgresql://u@127.0.0.1/d").warnings().empty()) << "stays on this machine";
}

TEST(PostgresSettings, VerifyingTakesTheGivenCertificatesOrTheSystems) {
  EXPECT_EQ(
      parameter(settings_of("postgresql://u@db/d?sslmode=verify-full&sslrootcert=/rds.pem"), "sslrootcert"),
      "/rds.pem");
  EXPECT_EQ(parameter(settings_of("postgresql://u@db/d?sslmode=verify-full"), "sslrootcert"),
            "/etc/ssl/certs/ca-certificates.crt");
}

TEST(PostgresSettings, APoolerGetsNoSessionState) {
  const auto settings = settings_of("Host=db;Database=d;Username=u;PgBouncer=true");
  EXPECT_FALSE(settings.keeps_session());
  EXPECT_FALSE(settings.target.prepared_statements);
  EXPECT_EQ(parameter(settings, "options"), "(absent)");
}

TEST(PostgresSettings, OptionsAreRead) {
  const auto settings = settings_of("Host=db;Database=d;Username=u;Maximum Pool Size=3;Timeout=2",
                                    R"(,"StatementTimeoutSeconds":5,"AuditRetentionDays":0)");
  EXPECT_EQ(settings.max_connections, 3U);
  EXPECT_EQ(settings.connect_timeout_ms, 2000);
  EXPECT_EQ(settings.statement_timeout_ms, 5000);
  EXPECT_EQ(settings.audit_retention_days, 0);
}

TEST(PostgresSettings, ThePasswordFileIsReadEachTime) {
  const auto file =
      std::filesystem::temp_directory_path() / ("gateway-password-" + std::to_string(::getpid()));
  const auto settings = settings_of("Host=db;Database=d;Username=u;Password File=" + file.string());
  EXPECT_FALSE(settings.libpq_parameters()) << "not there yet";
  std::ofstream(file) << "first\r\nnot this line\n";
  EXPECT_EQ(parameter(settings, "password"), "first");
  std::ofstream(file) << "second";
  EXPECT_EQ(parameter(settings, "password"), "second");
  std::filesystem::remove(file);
}

TEST(PostgresSettings, FaultsNameKeysAndNoValues) {
  for (const std::string text :
       {"Host=db;Database=d;Username=u;Password=hunter2;Trust Server Certificate=true",
        "Host=db;Database=d;Password=hunter2", "postgresql://u:hunter2@db/d?sslmode=maybe"}) {
    try {
      settings_of(text);
      ADD_FAILURE() << text;
    } catch (const ConfigError& e) {
      EXPECT_EQ(std::string(e.what()).find("hunter2"), std::string::npos) << e.what();
    }
  }
  EXPECT_THROW(ConnectionSettings::from(PluginConfig("{}")), ConfigError);
}

}  // namespace
}  // namespace gateway::testing
