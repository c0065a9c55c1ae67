#include <atomic>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "tests/integration/postgres/postgres_fixture.hpp"

namespace gateway::testing {
namespace {

using postgres::MigrationStep;
using postgres::Migrator;
using store::MigrateMode;
using store::SchemaState;
using store::StepState;

class MigrationTest : public PostgresFixture {
 protected:
  Result<SchemaState> run(MigrateMode mode, const std::vector<MigrationStep>& steps) {
    return Migrator(host_handle_, owner_, steps).run({mode, std::nullopt}, soon(60'000));
  }
  SchemaState must(MigrateMode mode, const std::vector<MigrationStep>& steps) {
    auto state = run(mode, steps);
    if (!state) throw std::runtime_error(state.error().detail);
    return *state;
  }

  const postgres::ConnectionSettings owner_ = settings(PostgresServer::kOwner);
};

TEST_F(MigrationTest, TheSchemaIsBuiltAndSaysSo) {
  const auto& steps = postgres::migration_steps();
  const SchemaState before = must(MigrateMode::Status, steps);
  EXPECT_EQ(before.current, 0);
  EXPECT_EQ(before.required, steps.back().version);
  for (const auto& step : before.steps)
    EXPECT_EQ(step.state, StepState::Pending);
  EXPECT_EQ(encode(must(MigrateMode::DryRun, steps)), encode(before));
  EXPECT_EQ(sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0")
      << "a dry run does nothing";

  const SchemaState after = must(MigrateMode::Apply, steps);
  EXPECT_EQ(after.current, after.required);
  for (const auto& step : after.steps) {
    EXPECT_EQ(step.state, StepState::Applied);
    EXPECT_EQ(step.applied_at_ms, host_.wall_ms());
  }
}

TEST_F(MigrationTest, OfTenThatStartTogetherOneMigrates) {
  constexpr int kRivals = 10;
  std::atomic<int> done{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kRivals; ++i) {
    threads.emplace_back([&] {
      const auto state = run(MigrateMode::Apply, postgres::migration_steps());
      if (state && state->current == state->required) ++done;
      if (!state) ADD_FAILURE() << state.error().detail;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(done, kRivals);
  EXPECT_EQ(sql("SELECT count(*) FROM schema_migrations"),
            std::to_string(postgres::migration_steps().size()));
}

TEST_F(MigrationTest, AnAppliedStepThatWasChangedIsRefused) {
  must(MigrateMode::Apply, {{1, "one", "CREATE TABLE one (a int)"}});
  const std::vector<MigrationStep> changed{{1, "one", "CREATE TABLE one (a bigint)"},
                                           {2, "two", "CREATE TABLE two (a int)"}};
  const auto refused = run(MigrateMode::Apply, changed);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Invalid);
  EXPECT_NE(refused.error().detail.find("migration 1"), std::string::npos) << refused.error().detail;
  EXPECT_EQ(sql("SELECT to_regclass('two') IS NULL"), "t") << "nothing was done";
  const SchemaState state = must(MigrateMode::Status, changed);
  EXPECT_EQ(state.steps[0].state, StepState::Changed);
  EXPECT_EQ(state.steps[1].state, StepState::Pending);
}

TEST_F(MigrationTest, AStepIsDoneWholeOrNotAtAll) {
  const std::vector<MigrationStep> steps{{1, "one", "CREATE TABLE one (a int)"},
                                         {2, "two", "CREATE TABLE two (a int); CREATE TABLE one (a int)"}};
  const auto failed = run(MigrateMode::Apply, steps);
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().detail.find("0002_two"), std::string::npos) << failed.error().detail;
  EXPECT_NE(failed.error().detail.find("42P07"), std::string::npos) << failed.error().detail;
  EXPECT_EQ(sql("SELECT to_regclass('one') IS NOT NULL, to_regclass('two') IS NULL"), "t|t");
  EXPECT_EQ(must(MigrateMode::Status, steps).current, 1);
}

TEST_F(MigrationTest, AStepMayRunOutsideATransactionAndAgain) {
  const std::string_view concurrent =
      "-- Why: a test.\n-- transaction: none\nDROP INDEX CONCURRENTLY IF EXISTS one_a\n-- next\n"
      "CREATE INDEX CONCURRENTLY one_a ON one (a)";
  const MigrationStep first{1, "one", "CREATE TABLE one (a int)"};
  must(MigrateMode::Apply, {first});
  sql("CREATE INDEX one_a ON one (a)");  // as one that broke off in the middle would leave
  EXPECT_EQ(must(MigrateMode::Apply, {first, {2, "index", concurrent}}).current, 2);
  EXPECT_EQ(sql("SELECT count(*) FROM pg_indexes WHERE indexname = 'one_a'"), "1");
}

TEST_F(MigrationTest, WhoMigratesDoesNotHoldUpAnIndexThatIsBuiltBeside) {
  const MigrationStep first{1, "one", "CREATE TABLE one (a int)"};
  const std::vector<MigrationStep> steps{
      first, {2, "index", "-- transaction: none\nCREATE INDEX CONCURRENTLY IF NOT EXISTS one_a ON one (a)"}};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto state = run(MigrateMode::Apply, steps);
      EXPECT_TRUE(state) << state.error().detail;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(sql("SELECT count(*) FROM schema_migrations"), "2");
}

TEST_F(MigrationTest, TheServiceRefusesAnOlderSchemaAndTakesANewerOne) {
  auto early = make_store(PostgresServer::kOwner);
  const auto refused = early->start();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("identity-gateway migrate"), std::string::npos)
      << refused.error().detail;

  migrate();
  const std::string last = std::to_string(postgres::migration_steps().back().version);
  sql("CREATE TABLE kept AS SELECT * FROM schema_migrations WHERE version = " + last +
      "; DELETE FROM schema_migrations WHERE version = " + last);
  EXPECT_FALSE(make_store()->start()) << "one step is missing";

  sql("INSERT INTO schema_migrations SELECT * FROM kept");
  sql("INSERT INTO schema_migrations VALUES (9000, 'later', 'of another version', 1); "
      "ALTER TABLE users ADD COLUMN later text");
  auto store = make_store();
  const auto started = store->start();
  ASSERT_TRUE(started) << started.error().detail;
  EXPECT_TRUE(store->create_user({new_user("one")}, context()));
  const auto state = store->migrate({MigrateMode::Status, {}}, context());
  ASSERT_TRUE(state);
  EXPECT_EQ(state->current, 9000);
  EXPECT_EQ(state->steps.back().state, StepState::Unknown);
}

TEST_F(MigrationTest, TheServiceRoleCannotChangeTheSchema) {
  migrate();
  for (const std::string statement :
       {"CREATE TABLE mine (a int)", "ALTER TABLE users ADD COLUMN mine text", "DROP TABLE records",
        "CREATE INDEX mine ON users (full_name)", "TRUNCATE users", "DROP FUNCTION count_users",
        "ALTER TABLE users DISABLE TRIGGER users_count_new", "DELETE FROM schema_migrations",
        "INSERT INTO schema_migrations VALUES (9000, 'mine', '', 1)"}) {
    EXPECT_THROW(sql(statement, PostgresServer::kService), std::runtime_error) << statement;
  }
  const auto migrating = make_store()->migrate({MigrateMode::Apply, {}}, context());
  EXPECT_TRUE(migrating) << "with nothing to do there is nothing to refuse: " << migrating.error().detail;
}

TEST_F(MigrationTest, EveryTableIsGrantedToTheService) {
  migrate();
  EXPECT_EQ(sql("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' "
                "AND relnamespace = 'public'::regnamespace "
                "AND NOT has_table_privilege('identity_service', oid, 'SELECT')"),
            "");
}

// The two that are forgotten: the message says what to do about it.
TEST_F(MigrationTest, WhatIsMissingForTheServiceRoleIsSaid) {
  must(MigrateMode::Apply, postgres::migration_steps());
  const auto refused = make_store()->start();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("migrate --service-role identity_service"), std::string::npos)
      << refused.error().detail;

  const auto ungranted = Migrator(host_handle_, owner_).run({MigrateMode::Apply, "no'body"}, soon());
  ASSERT_FALSE(ungranted);
  EXPECT_NE(ungranted.error().detail.find("there is no role no'body"), std::string::npos)
      << ungranted.error().detail;
}

// A table that somebody dropped, or that came with a migration without --service-role: not found at the first
// login.
TEST_F(MigrationTest, AServiceThatCannotUseATableDoesNotStart) {
  migrate();
  ASSERT_TRUE(make_store()->start());
  const std::string all =
      sql("SELECT string_agg(relname, ' ') FROM pg_class WHERE relkind = 'r' "
          "AND relnamespace = 'public'::regnamespace AND relname <> 'schema_migrations'");
  std::istringstream names(all);
  int tables = 0;
  for (std::string table; names >> table; ++tables) {
    for (const auto& [spoil, mend] :
         {std::pair("ALTER TABLE " + table + " RENAME TO away", "ALTER TABLE away RENAME TO " + table),
          std::pair("REVOKE INSERT ON " + table + " FROM identity_service",
                    "GRANT INSERT ON " + table + " TO identity_service")}) {
      sql(spoil);
      const auto refused = make_store()->start();
      ASSERT_FALSE(refused) << spoil;
      EXPECT_NE(refused.error().detail.find(table), std::string::npos) << refused.error().detail;
      sql(mend);
    }
  }
  EXPECT_EQ(tables, 13);
  EXPECT_TRUE(make_store()->start());
}

TEST_F(MigrationTest, TheAuditIsOnlyAppendedToAndPruned) {
  migrate();
  EXPECT_THROW(sql("UPDATE audit_events SET action = 'other'", PostgresServer::kService), std::runtime_error);
  auto store = make_store();
  ASSERT_TRUE(store->start());
  const auto pruned = store->prune({.now_ms = 1'000'000, .limit = 100}, context());
  EXPECT_TRUE(pruned) << pruned.error().detail;
}

TEST_F(MigrationTest, APoolerInBetweenIsRefused) {
  const auto pooled = settings(PostgresServer::kOwner, "PgBouncer=true");
  const auto refused = Migrator(host_handle_, pooled).run({MigrateMode::Apply, {}}, soon());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Invalid);
}

TEST_F(MigrationTest, SearchingWorksWithoutTheExtension) {
  migrate();
  sql("DROP EXTENSION pg_trgm CASCADE");
  auto store = make_store();
  ASSERT_TRUE(store->start());
  ASSERT_TRUE(store->create_user({new_user("findme")}, context()));
  store::ListUsers list;
  list.search = "NDM";
  const auto page = store->list_users(list, context());
  ASSERT_TRUE(page) << page.error().detail;
  EXPECT_EQ(page->total, 1);
}

}  // namespace
}  // namespace gateway::testing
