#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <gateway/toolkit/connection_string.hpp>

namespace gateway::toolkit {
namespace {

// All that is wrong in one text.
Result<ConnectionString> parse_connection_string(std::string_view text) {
  ConfigFaults faults;
  auto read = read_connection_string(text, "connection string", faults);
  EXPECT_EQ(read.has_value(), faults.all().empty()) << text;
  if (!read) return invalid(ConfigError(faults.all()).what());
  return *std::move(read);
}

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
  EXPECT_NE(fault_of("Host=d;Database=i;Username=u;Trust Server=true").find("part 4 has an unknown key"),
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
  EXPECT_NE(fault_of("postgres://u@a,b/i").find("Host is more than one"), std::string::npos);
  EXPECT_NE(fault_of("postgres://u@a/i?target_session_attrs=any").find("parameter"), std::string::npos);
  EXPECT_NE(fault_of("postgres://u:%zz@a/i").find("percent"), std::string::npos);
  EXPECT_FALSE(parse_connection_string("").ok());
  EXPECT_FALSE(parse_connection_string(std::string(kMaxConnectionStringBytes + 1, ' ')).ok());
  EXPECT_FALSE(parse_connection_string(std::string_view("Host=d\0;Database=i;Username=u", 29)).ok());
}

std::vector<std::string> faults_of(std::string_view text) {
  ConfigFaults faults;
  read_connection_string(text, "Db", faults);
  std::vector<std::string> texts;
  for (const ConfigFault& fault : faults.all())
    texts.push_back(to_text(fault));
  return texts;
}

TEST(ConnectionString, TellsEverythingThatIsWrongAtOnce) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(
      faults_of("Host=db;Databse=i;SSL Mode=Maybe;Port=x;Host=again"),
      (Texts{R"(Db: part 2 has an unknown key (did you mean Database?))",
             "Db: SSL Mode is none of Disable, Prefer, Require, VerifyCA, VerifyFull (VerifyFull encrypts "
             "and checks who answers)",
             "Db: Port is not a number from 1 to 65535 (write the digits alone)",
             "Db: Host is given twice (keep one of them)",
             "Db: Database is missing (add Database=…, or write postgresql://user:password@host/database)",
             "Db: Username is missing (add Username=…, or write postgresql://user:password@host/database)"}));
  EXPECT_EQ(
      faults_of("postgresql://u%@a,b:x/i?sslmode=maybe&channel_binding=require&connect_timeout=0"),
      (Texts{"Db: Username has a broken percent-escape (write a % as %25)",
             "Db: Host is more than one, which is not supported (name the one that takes writes)",
             "Db: SSL Mode is none of Disable, Prefer, Require, VerifyCA, VerifyFull (VerifyFull "
             "encrypts and checks who answers)",
             "Db: parameter 2 of the URI is none of sslmode, sslrootcert, connect_timeout, password_file, "
             "pgbouncer, prepared_statements, connection_lifetime (leave it out; a ? in a password is "
             "written as %3F)",
             "Db: Timeout is not a number from 1 to 300 (write the digits alone)"}));
  // What comes behind is not read: nobody can say whether it is missing.
  EXPECT_EQ(faults_of("Port=0;Password='open;Host=h"),
            (Texts{"Db: Port is not a number from 1 to 65535 (write the digits alone)",
                   "Db: a quoted value is not closed (a quote inside one is written twice)"}));
}

// It may be a part of the password: told by its place, and by what a slip is close to.
TEST(ConnectionString, TellsUnknownKeysByTheirPlace) {
  const auto faults = faults_of("Host=d;Database=i;Username=u;Pasword=ab;hunter=x;SSL Mdoe=Require;other");
  ASSERT_EQ(faults.size(), 4U);
  EXPECT_EQ(faults[0], "Db: part 4 has an unknown key (did you mean Password?)");
  EXPECT_EQ(faults[1].rfind("Db: part 5 has an unknown key (keys are Host, ", 0), 0U) << faults[1];
  EXPECT_EQ(faults[2], "Db: part 6 has an unknown key (did you mean SSL Mode?)");
  EXPECT_EQ(faults[3].rfind("Db: part 7 is not of the form Key=value", 0), 0U) << faults[3];
}

// As they stand in strings of .NET: each is named, behind a password too, and hides nothing.
TEST(ConnectionString, KnowsTheKeysOfOtherClients) {
  EXPECT_EQ(
      faults_of("Server=db;Initial Catalog=i;User Id=u;Password=p;Trust Server Certificate=true;Pooling=true;"
                "SSL Mode=Required;Port=0"),
      (std::vector<std::string>{
          R"(Db: unknown key "Initial Catalog" in part 2 (write Database))",
          R"(Db: unknown key "Trust Server Certificate" in part 5 (leave it out: SSL Mode says what is checked))",
          R"(Db: unknown key "Pooling" in part 6 (leave it out: it means nothing here))",
          "Db: SSL Mode is none of Disable, Prefer, Require, VerifyCA, VerifyFull (VerifyFull encrypts and "
          "checks who answers)",
          "Db: Port is not a number from 1 to 65535 (write the digits alone)",
          "Db: Database is missing (add Database=…, or write postgresql://user:password@host/database)"}));
}

// As a variable leaves it that is there and empty.
TEST(ConnectionString, AnEmptyPasswordIsAFault) {
  for (const char* text : {"Host=d;Database=i;Username=u;Password=", "postgresql://u:@d/i"})
    EXPECT_EQ(
        faults_of(text),
        (std::vector<std::string>{"Db: Password is empty (set it, or leave it out where there is none)"}))
        << text;
  EXPECT_TRUE(faults_of("postgresql://u@d/i").empty());
}

TEST(ConnectionString, NamesMayLookLikeAPassword) {
  EXPECT_TRUE(faults_of("Host=d;Database=my-pwd=;Username=pwd=x;Password= password=y").empty());
}

TEST(ConnectionString, AHostIsOneAndHasNoPort) {
  for (const char* host : {"db:5433", "tcp:db", "tcp:db,1433", "a,b"})
    EXPECT_EQ(faults_of(std::string("Database=i;Username=u;Host=") + host).size(), 1U) << host;
  for (const char* host : {"db", "2001:db8::1", "::1", "/run/postgresql", "/run/a:b"})
    EXPECT_TRUE(faults_of(std::string("Database=i;Username=u;Host=") + host).empty()) << host;
  EXPECT_EQ(
      faults_of("Database=i;Username=u;Host="),
      (std::vector<std::string>{"Db: Host is empty (say which, or leave out what should have filled it)"}));
}

TEST(ConnectionString, check_34_ErrorsNeverHoldThePassword) {
  for (const auto* text : {"Host=d;Database=i;Username=u;Password=abc;hunter=2;",
                           "Host=d;Password=abc;hunter",
                           "Password='hunter",
                           "Password=x;hunter2;y=1",
                           "Password='hunter'2;Host=d",
                           "hunter",
                           "hunter2=x;Host=d",
                           "postgres://u:hunter@a:b/i",
                           "postgres://u:hunter%@a/i",
                           "postgres://hunter",
                           "Pwd=hunter;Pwd=hunter",
                           "Host=d;Passwort=a;hunter=b",
                           "Host=d;Bad;hunter=b",
                           "Host=d;Password 'a;hunter=b'",
                           "Host=d;Password=a;hunter=b;hunter;hunter =c",
                           "hunter=",
                           "Host=d;Passwordhunter=",
                           "Host=d;Password hunter==",
                           "Pwd=a;Host=d;hunter=b",
                           "Host=d Password=hunter;Database=i;Username=u",
                           "Host=d;Database=i;Username=u Password = hunter",
                           "Host=d;Database=i;Username=u;Root Certificate=/c pwd=hunter",
                           "Host=d;Database=i;Username=u\tPasswd: hunter",
                           "Host=/run/x Password =hunter;Database=i;Username=u",
                           "postgresql://u:p@hunter/x@db/d",
                           "postgresql://u:p@db/hunter/d"}) {
    EXPECT_EQ(fault_of(text).find("hunter"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace gateway::toolkit
