#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/integration/postgres/postgres_fixture.hpp"
#include "tests/support/pgbouncer.hpp"

namespace gateway::testing {
namespace {

using postgres::Database;
using postgres::Parameters;
using postgres::Pool;
using postgres::Statement;

const Statement kOne{"one", "SELECT 1"};
const Statement kSlow{"slow", "SELECT pg_sleep($1::float8), 'slow'"};
const Statement kPid{"pid", "SELECT pg_backend_pid()"};

class PoolTest : public PostgresFixture {
 protected:
  // How many statements that hold this text the server is running in this test's database.
  int running(const std::string& part) const {
    return std::stoi(
        sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%" +
                part + "%'",
            PostgresServer::kAdmin));
  }
  // Connections of the storage to this test's database.
  int connections() const {
    return std::stoi(
        sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'identity-gateway'",
            PostgresServer::kAdmin));
  }
  std::string pid_of(Database& database) {
    const auto rows = database.run(kPid, Parameters(), context());
    return rows ? std::string(rows->text(0, 0)) : rows.error().error.detail;
  }
};

TEST_F(PoolTest, APoolerThatNobodyToldOfIsSaid) {
  const PgBouncer pooler(server());
  std::string text = pooler.connection_string(PostgresServer::kService, database_);
  text.resize(text.rfind(";PgBouncer=true"));
  const auto untold = postgres::ConnectionSettings::from(PluginConfig(server().section(text)));
  const auto refused = postgres::Connection::open(untold, soon(), -1);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().error.detail.find("PgBouncer=true"), std::string::npos)
      << refused.error().error.detail;
}

TEST_F(PoolTest, AConnectionIsReplacedWhenItHasReachedItsAge) {
  const auto short_lived = settings(PostgresServer::kService, "Maximum Pool Size=1;Connection Lifetime=100");
  Database database(host_handle_, short_lived);
  database.pool().start();
  const std::string first = pid_of(database);
  host_.advance_ms(74'000);  // up to a quarter is taken off at random
  EXPECT_EQ(pid_of(database), first);
  host_.advance_ms(26'000);
  const std::string second = pid_of(database);
  EXPECT_NE(second, first) << "idle too long";
  EXPECT_EQ(connections(), 1);

  {
    auto lease = database.pool().acquire(soon());
    ASSERT_TRUE(lease);
    host_.advance_ms(100'000);
    EXPECT_TRUE((*lease)->run(kOne, Parameters(), soon())) << "not while it is in use";
  }
  EXPECT_EQ(database.pool().open_connections(), 0U) << "closed as soon as it is back";
  EXPECT_NE(pid_of(database), second);

  const auto ageless = settings(PostgresServer::kService, "Connection Lifetime=0");
  Database other(host_handle_, ageless);
  other.pool().start();
  const std::string lasting = pid_of(other);
  host_.advance_ms(1'000'000'000);
  EXPECT_EQ(pid_of(other), lasting);
}

TEST_F(PoolTest, ConnectionsAreBoundedAndWaitedFor) {
  const auto three = settings(PostgresServer::kService, "Maximum Pool Size=3");
  Database database(host_handle_, three);
  database.pool().start();
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 24; ++i) {
    threads.emplace_back([&] {
      if (database.run(kSlow, Parameters().add(std::string("0.02")), context())) ++answered;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(answered, 24);
  EXPECT_EQ(database.pool().open_connections(), 3U);
  EXPECT_EQ(host_.counted("connections_opened"), 3);
  EXPECT_EQ(connections(), 3);
}

TEST_F(PoolTest, WhoGetsNoConnectionInTimeIsToldToComeAgain) {
  const auto one = settings(PostgresServer::kService, "Maximum Pool Size=1");
  Database database(host_handle_, one);
  database.pool().start();
  auto lease = database.pool().acquire(soon());
  ASSERT_TRUE(lease);
  const auto refused = database.run(kOne, Parameters(), context(200));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind, ErrorKind::Overloaded);
  EXPECT_GT(refused.error().error.retry_after_ms, 0);
}

TEST_F(PoolTest, AStatementThatOverrunsIsCancelledAtTheServer) {
  const auto service = settings();
  Database database(host_handle_, service);
  database.pool().start();
  ASSERT_TRUE(database.run(kOne, Parameters(), context()));
  const auto begin = std::chrono::steady_clock::now();
  const auto late = database.run(kSlow, Parameters().add(std::string("30")), context(300));
  const auto took = std::chrono::steady_clock::now() - begin;
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().error.kind, ErrorKind::DeadlineExceeded);
  EXPECT_LT(took, std::chrono::milliseconds(300)) << "back before the deadline";
  EXPECT_TRUE(becomes([&] { return running("pg_sleep") == 0; }, 5000)) << "it runs on";
  EXPECT_TRUE(becomes([&] { return host_.counted("statements_cancelled") == 1; }));
  EXPECT_TRUE(database.run(kOne, Parameters(), context())) << "the pool goes on";
  EXPECT_TRUE(becomes([&] { return connections() <= 1; })) << "nothing is left open";
}

TEST_F(PoolTest, TheServerEndsAStatementThatNobodyCancelled) {
  const auto settings_of_one_second = postgres::ConnectionSettings::from(
      PluginConfig(R"({"StatementTimeoutSeconds":1,"IdentityServiceDb":")" +
                   server().connection_string(PostgresServer::kService, database_) + "\"}"));
  Database database(host_handle_, settings_of_one_second);
  database.pool().start();
  const auto ended = database.run(kSlow, Parameters().add(std::string("30")), context());
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().sqlstate, "57014");
  EXPECT_EQ(ended.error().error.kind, ErrorKind::DeadlineExceeded);
}

TEST_F(PoolTest, ConnectionsThatTheServerEndedCostNobodyAnAnswer) {
  const auto service = settings();
  Database database(host_handle_, service);
  database.pool().start();
  for (int round = 0; round < 5; ++round) {
    const std::string pid = pid_of(database);
    sql("SELECT pg_terminate_backend(" + pid + ")", PostgresServer::kAdmin);
    ASSERT_TRUE(becomes([&] { return connections() == 0; }));
    const auto answer = database.run(kOne, Parameters(), context());
    EXPECT_TRUE(answer) << answer.error().error.detail;
  }
  EXPECT_EQ(database.pool().open_connections(), 1U);
}

TEST_F(PoolTest, AConnectionCutInMidStatementIsAnErrorAndNothingMore) {
  const auto service = settings();
  Database database(host_handle_, service);
  database.pool().start();
  std::thread cutter([&] {
    EXPECT_TRUE(becomes([&] { return running("pg_sleep") == 1; }));
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()",
        PostgresServer::kAdmin);
  });
  const auto cut = database.run(kSlow, Parameters().add(std::string("30")), context());
  cutter.join();
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().error.kind, ErrorKind::Unavailable);
  EXPECT_GT(cut.error().error.retry_after_ms, 0);
  EXPECT_TRUE(database.run(kOne, Parameters(), context()));
}

TEST_F(PoolTest, ADatabaseThatBecameReadOnlyIsLeft) {
  const auto two = settings(PostgresServer::kOwner, "Maximum Pool Size=2");
  Database database(host_handle_, two);
  database.pool().start();
  std::string first;
  {
    auto lease = database.pool().acquire(soon());
    ASSERT_TRUE(lease);
    auto second = database.pool().acquire(soon());
    ASSERT_TRUE(second);
    ASSERT_TRUE((*lease)->run_script("t", "CREATE TABLE t (a int)", soon()));
    for (auto* each : {&*lease, &*second})
      ASSERT_TRUE((*each)->run_script("t", "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", soon()));
  }
  const Statement write{"write", "INSERT INTO t VALUES (1)"};
  const auto refused = database.run(write, Parameters(), context());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().sqlstate, "25006");
  EXPECT_EQ(refused.error().error.kind, ErrorKind::Unavailable);
  EXPECT_EQ(database.pool().open_connections(), 0U) << "the other connection leads to the same server";
  EXPECT_TRUE(database.run(write, Parameters(), context()));
}

TEST_F(PoolTest, AServerThatOnlyReadsIsNotConnectedTo) {
  const auto alter = [&](const std::string& what) {
    server().sql(PostgresServer::kAdmin, "ALTER DATABASE " + database_ + what, "postgres");
  };
  alter(" SET default_transaction_read_only = on");
  const auto service = settings();
  Database database(host_handle_, service);
  database.pool().start();
  const auto refused = database.run(kOne, Parameters(), context(3000));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind, ErrorKind::Unavailable);
  alter(" RESET default_transaction_read_only");
  EXPECT_TRUE(becomes([&] { return database.run(kOne, Parameters(), context()).ok(); }, 5000));
}

TEST_F(PoolTest, APasswordThatWasChangedInItsFileIsUsed) {
  const std::string role = database_ + "_role";
  const auto file = server().folder() / (role + ".password");
  const auto set_password = [&](const std::string& password) {
    sql("ALTER ROLE " + role + " PASSWORD '" + password + "'", PostgresServer::kAdmin);
  };
  sql("CREATE ROLE " + role + " LOGIN PASSWORD 'before'", PostgresServer::kAdmin);
  std::ofstream(file) << "before\n";
  const auto with_file = postgres::ConnectionSettings::from(PluginConfig(
      server().section("Host=127.0.0.1;Port=" + std::to_string(server().port()) + ";Database=" + database_ +
                       ";Username=" + role + ";Password File=" + file.string() +
                       ";SSL Mode=VerifyFull;Root Certificate=" + server().certificate())));
  Database database(host_handle_, with_file);
  database.pool().start();
  ASSERT_TRUE(database.run(kOne, Parameters(), context()));

  set_password("after");
  database.pool().drop_all();
  const auto refused = database.run(kOne, Parameters(), context());
  ASSERT_FALSE(refused) << "the file holds the old one";
  EXPECT_EQ(refused.error().error.kind, ErrorKind::Unavailable);
  EXPECT_EQ(refused.error().error.detail.find("before"), std::string::npos) << refused.error().error.detail;
  std::ofstream(file) << "after\n";
  EXPECT_TRUE(becomes([&] { return database.run(kOne, Parameters(), context()).ok(); }, 2000));
}

TEST_F(PoolTest, AServerWithoutRoomForMoreConnectionsIsUsedByThoseThereAre) {
  const std::string role = database_ + "_role";
  sql("CREATE ROLE " + role + " LOGIN CONNECTION LIMIT 1 PASSWORD 'secret'", PostgresServer::kAdmin);
  const auto limited = postgres::ConnectionSettings::from(PluginConfig(server().section(
      "Host=127.0.0.1;Port=" + std::to_string(server().port()) + ";Database=" + database_ + ";Username=" +
      role + ";Password=secret;SSL Mode=VerifyFull;Root Certificate=" + server().certificate())));
  Database database(host_handle_, limited);
  database.pool().start();
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10; ++n) {
        const auto rows = database.run(kSlow, Parameters().add(std::string("0.005")), context());
        if (rows) ++answered;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(answered, 60);
  // The attempt that is under way while the last answer comes is counted, and holds its place, until it ends.
  EXPECT_TRUE(becomes([&] { return host_.counted("connection_failures") >= 1; })) << "more were wanted";
  EXPECT_TRUE(becomes([&] { return database.pool().open_connections() == 1; }));
}

TEST_F(PoolTest, AServerWithAnotherCertificateIsNotSpokenTo) {
  const std::string other = "SSL Mode=VerifyFull;Root Certificate=/etc/ssl/certs/ca-certificates.crt";
  const auto untrusting = postgres::ConnectionSettings::from(PluginConfig(
      server().section("Host=127.0.0.1;Port=" + std::to_string(server().port()) + ";Database=" + database_ +
                       ";Username=identity_service;Password=only for identity_service;" + other)));
  Database database(host_handle_, untrusting);
  database.pool().start();
  const auto refused = database.run(kOne, Parameters(), context());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().error.detail.find("certificate"), std::string::npos)
      << refused.error().error.detail;
}

TEST_F(PoolTest, DeadlocksAreTriedAgain) {
  const auto owner = settings(PostgresServer::kOwner);
  Database database(host_handle_, owner);
  database.pool().start();
  sql("CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL); INSERT INTO t VALUES (1, 0), (2, 0)");
  const Statement up{"up", "UPDATE t SET n = n + 1 WHERE id = $1::int"};
  const Statement pause{"pause", "SELECT pg_sleep(0.1)"};
  const Parameters one = std::move(Parameters().add(std::int64_t{1}));
  const Parameters two = std::move(Parameters().add(std::int64_t{2}));
  const Parameters none;
  std::atomic<int> done{0};
  const auto both = [&](const Parameters& first, const Parameters& second) {
    if (database.run_together({{up, first}, {pause, none}, {up, second}}, context())) ++done;
  };
  std::thread forth([&] { both(one, two); });
  std::thread back([&] { both(two, one); });
  forth.join();
  back.join();
  EXPECT_EQ(done, 2);
  EXPECT_GE(host_.counted("retries"), 1);
  EXPECT_EQ(sql("SELECT string_agg(n::text, ' ') FROM t"), "2 2") << "each of the two once";
}

TEST_F(PoolTest, StatementsRunTogetherAreAllOrNone) {
  const auto owner = settings(PostgresServer::kOwner);
  Database database(host_handle_, owner);
  database.pool().start();
  sql("CREATE TABLE t (id int PRIMARY KEY)");
  const Statement add{"add", "INSERT INTO t VALUES ($1::int)"};
  const Parameters one = std::move(Parameters().add(std::int64_t{1}));
  const auto failed = database.run_together({{add, one}, {add, one}}, context());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().sqlstate, "23505");
  EXPECT_EQ(sql("SELECT count(*) FROM t"), "0");
  EXPECT_TRUE(database.run(add, one, context())) << "the connection is as good as before";
}

TEST_F(PoolTest, ATextWithANulIsRefusedInsteadOfCut) {
  const auto service = settings();
  Database database(host_handle_, service);
  database.pool().start();
  const Statement echo{"echo", "SELECT $1::text"};
  const auto refused = database.run(echo, Parameters().add(std::string("a\0b", 3)), context());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind, ErrorKind::Invalid);
}

TEST_F(PoolTest, StoppingWakesWhoWaits) {
  const auto one = settings(PostgresServer::kService, "Maximum Pool Size=1");
  Database database(host_handle_, one);
  database.pool().start();
  auto lease = database.pool().acquire(soon());
  ASSERT_TRUE(lease);
  std::thread waiting([&] {
    const auto refused = database.pool().acquire(soon(60'000));
    EXPECT_FALSE(refused);
  });
  database.pool().stop();
  waiting.join();
}

}  // namespace
}  // namespace gateway::testing
