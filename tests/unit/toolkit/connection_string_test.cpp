#include <string>

#include <gtest/gtest.h>

#include <gateway/toolkit/connection_string.hpp>

namespace gateway::toolkit {
namespace {

std::string fault_of(std::string_view text) {
  const auto parsed = parse_connection_string(text);
  EXPECT_FALSE(parsed.ok()) << text;
  return parsed.ok() ? "" : parsed.error().detail;
}

TEST(ConnectionString, ReadsTheDocumentedForm) {
  const auto parsed = parse_connection_string(
      "Host=db.example;Port=6432;Database=identity;Username=app;Password=p=w;SSL Mode=VerifyFull;"
      "Root Certificate=/etc/ca.pem;Timeout=7;Maximum Pool Size=30;Connection Lifetime=60;");
  ASSERT_TRUE(parsed.ok()) << parsed.error().detail;
  EXPECT_EQ(parsed->host, "db.example");
  EXPECT_EQ(parsed->port, 6432);
  EXPECT_EQ(parsed->database, "identity");
  EXPECT_EQ(parsed->username, "app");
  EXPECT_EQ(parsed->password.reveal(), "p=w");
  EXPECT_EQ(parsed->ssl_mode, SslMode::VerifyFull);
  EXPECT_EQ(parsed->root_certificate, "/etc/ca.pem");
  EXPECT_EQ(parsed->timeout_s, 7);
  EXPECT_EQ(parsed->max_pool, 30);
  EXPECT_EQ(parsed->lifetime_s, 60);
}

TEST(ConnectionString, HasDefaults) {
  const auto parsed = parse_connection_string("Host=db;Database=identity;Username=app");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->port, 5432);
  EXPECT_EQ(parsed->ssl_mode, SslMode::Prefer);
  EXPECT_EQ(parsed->timeout_s, 15);
  EXPECT_EQ(parsed->max_pool, std::nullopt);
  EXPECT_EQ(parsed->lifetime_s, 1800);
  EXPECT_TRUE(parsed->password.empty());
}

TEST(ConnectionString, ReadsWhereThePasswordIsAndWhatStandsBetween) {
  const auto ado = parse_connection_string(
      "Host=db;Database=identity;Username=app;Password File=/run/secrets/db;Prepared Statements=False");
  ASSERT_TRUE(ado.ok()) << ado.error().detail;
  EXPECT_EQ(ado->password_file, "/run/secrets/db");
  EXPECT_FALSE(ado->prepared_statements);
  EXPECT_FALSE(ado->pgbouncer);
  const auto uri = parse_connection_string("postgresql://app@db/identity?pgbouncer=true&password_file=%2Fp");
  ASSERT_TRUE(uri.ok()) << uri.error().detail;
  EXPECT_TRUE(uri->pgbouncer);
  EXPECT_FALSE(uri->prepared_statements) << "a pooler in transaction mode keeps none";
  EXPECT_EQ(uri->password_file, "/p");

  EXPECT_NE(fault_of("Host=db;Database=d;Username=u;PgBouncer=perhaps").find("PgBouncer"), std::string::npos);
  EXPECT_NE(fault_of("Host=db;Database=d;Username=u;Connection Lifetime=-1").find("Connection Lifetime"),
            std::string::npos);
  EXPECT_NE(fault_of("Host=db;Database=d;Username=u;Password=a;Password File=b").find("exclude"),
            std::string::npos);
}

TEST(ConnectionString, TakesSynonymsInAnyCaseAndSpacing) {
  for (const auto* text :
       {"Server=db;DATABASE=identity;User Id=app", "server = db ; db=identity; USER ID = app",
        "SERVER=db;Database=identity;UserId=app;", "host=db;database=identity;uid=app"}) {
    const auto parsed = parse_connection_string(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(parsed->host, "db");
    EXPECT_EQ(parsed->database, "identity");
    EXPECT_EQ(parsed->username, "app");
  }
}

TEST(ConnectionString, ReadsQuotedValues) {
  const auto parsed = parse_connection_string(
      "Host=db;Database=identity;Username=\"a \"\"b\"\"\";Password=' x;y=z''q ' ;Port=1");
  ASSERT_TRUE(parsed.ok()) << parsed.error().detail;
  EXPECT_EQ(parsed->username, "a \"b\"");
  EXPECT_EQ(parsed->password.reveal(), " x;y=z'q ");
  EXPECT_EQ(parsed->port, 1);
}

TEST(ConnectionString, ReadsLibpqUris) {
  const auto parsed = parse_connection_string(
      "postgresql://a%40b:p%3Aw%2F@[2001:db8::1]:6432/identity?sslmode=verify-full&sslrootcert=%2Fca.pem"
      "&connect_timeout=3");
  ASSERT_TRUE(parsed.ok()) << parsed.error().detail;
  EXPECT_EQ(parsed->username, "a@b");
  EXPECT_EQ(parsed->password.reveal(), "p:w/");
  EXPECT_EQ(parsed->host, "2001:db8::1");
  EXPECT_EQ(parsed->port, 6432);
  EXPECT_EQ(parsed->database, "identity");
  EXPECT_EQ(parsed->ssl_mode, SslMode::VerifyFull);
  EXPECT_EQ(parsed->root_certificate, "/ca.pem");
  EXPECT_EQ(parsed->timeout_s, 3);
  EXPECT_TRUE(parse_connection_string("postgres://app@db/identity").ok());
}

TEST(ConnectionString, ReadsEverySslMode) {
  using Case = std::pair<const char*, SslMode>;
  for (const auto& [name, mode] :
       {Case{"disable", SslMode::Disable}, Case{"Prefer", SslMode::Prefer}, Case{"REQUIRE", SslMode::Require},
        Case{"VerifyCA", SslMode::VerifyCa}, Case{"verify-ca", SslMode::VerifyCa},
        Case{"Verify-Full", SslMode::VerifyFull}}) {
    const auto parsed = parse_connection_string(std::string("Host=d;Database=i;Username=u;SslMode=") + name);
    ASSERT_TRUE(parsed.ok()) << name;
    EXPECT_EQ(parsed->ssl_mode, mode) << name;
  }
}

TEST(ConnectionString, NamesWhatIsWrong) {
  EXPECT_NE(fault_of("Host=d;Database=i;Username=u;Trust Server=true").find("\"Trust Server\""),
            std::string::npos);
  EXPECT_NE(fault_of("Host=d;Server=e;Database=i;Username=u").find("Host is given twice"), std::string::npos);
  EXPECT_NE(fault_of("Database=i;Username=u").find("Host is missing"), std::string::npos);
  EXPECT_NE(fault_of("Host=d;Username=u").find("Database is missing"), std::string::npos);
  EXPECT_NE(fault_of("Host=d;Database=i").find("Username is missing"), std::string::npos);
  EXPECT_NE(fault_of("Host=d;Database=i;Username=u;SSL Mode=Allow").find("SSL Mode"), std::string::npos);
  for (const auto* port : {"0", "65536", "-1", "x", "", "5432x"}) {
    EXPECT_NE(fault_of(std::string("Host=d;Database=i;Username=u;Port=") + port).find("Port"),
              std::string::npos);
  }
  EXPECT_NE(fault_of("Host=d;Password='open").find("not closed"), std::string::npos);
  EXPECT_NE(fault_of("postgres://u@a,b/i").find("more than one host"), std::string::npos);
  EXPECT_NE(fault_of("postgres://u@a/i?target_session_attrs=any").find("parameter"), std::string::npos);
  EXPECT_NE(fault_of("postgres://u:%zz@a/i").find("percent"), std::string::npos);
  EXPECT_FALSE(parse_connection_string("").ok());
  EXPECT_FALSE(parse_connection_string(std::string(kMaxConnectionStringBytes + 1, ' ')).ok());
  EXPECT_FALSE(parse_connection_string(std::string_view("Host=d\0;Database=i;Username=u", 29)).ok());
}

TEST(ConnectionString, check_34_ErrorsNeverHoldThePassword) {
  for (const auto* text :
       {"Host=d;Database=i;Username=u;Password=abc;hunter=2;", "Host=d;Password=abc;hunter",
        "Password='hunter", "Password=x;hunter2;y=1", "Password='hunter'2;Host=d", "hunter",
        "hunter2=x;Host=d", "postgres://u:hunter@a:b/i", "postgres://u:hunter%@a/i", "postgres://hunter",
        "Pwd=hunter;Pwd=hunter"}) {
    EXPECT_EQ(fault_of(text).find("hunter"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace gateway::toolkit
