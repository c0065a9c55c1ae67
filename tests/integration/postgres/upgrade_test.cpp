// A schema that was upgraded from each earlier version, with what that version had written in it; and one
// that is newer than this version: all of what a storage must do is asked of both (the conformance suite).
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/integration/postgres/postgres_fixture.hpp"
#include "tests/integration/postgres/upgrade_paths.hpp"

namespace gateway::testing {
namespace {

using postgres::Migrator;
using store::MigrateMode;

class UpgradeTest : public PostgresFixture {
 protected:
  void build_version(std::size_t version) {
    const auto& all = postgres::migration_steps();
    const std::vector<postgres::MigrationStep> steps(all.begin(),
                                                     all.begin() + static_cast<std::ptrdiff_t>(version));
    const auto owner = settings(PostgresServer::kOwner);
    const auto built =
        Migrator(host_handle_, owner, steps).run({MigrateMode::Apply, std::nullopt}, soon(60'000));
    ASSERT_TRUE(built) << built.error().detail;
    ASSERT_EQ(built->current, all.at(version - 1).version);
  }

  // What each version up to this one is known to have written.
  void write_rows(std::size_t version) {
    for (std::size_t v = 1; v <= version; ++v) {
      std::array<char, 16> name{};
      std::snprintf(name.data(), name.size(), "%04zu.sql", v);
      std::ifstream file(std::filesystem::path(kRowsFolder) / name.data());
      if (file) sql(std::string(std::istreambuf_iterator<char>(file), {}));
    }
  }

  void expect_rows() {
    auto store = make_store();
    const auto started = store->start();
    ASSERT_TRUE(started) << started.error().detail;
    const auto c = context();
    const auto page = store->list_users({}, c);
    ASSERT_TRUE(page) << page.error().detail;
    EXPECT_EQ(page->total, 2);
    ASSERT_EQ(page->users.size(), 2U);
    EXPECT_EQ(page->users[0].id, "old-2");
    const store::User& first = page->users[1];
    EXPECT_EQ(first.email, "First@Example.com");
    EXPECT_EQ(first.phone_number, "+14155550101");
    EXPECT_EQ(first.last_login_at_ms, 7);
    ASSERT_EQ(first.identities.size(), 2U);
    EXPECT_EQ(first.identities[0].provider, "local");
    EXPECT_EQ(first.identities[1].provider, "other");
    EXPECT_EQ(store->find_user_by_email({"first@example.com"}, c)->user->id, "old-1");
    EXPECT_EQ(store->find_user_by_identity({"other", "subject-1"}, c)->user->id, "old-1");
    EXPECT_FALSE(store->find_user_by_email({"gone@example.com"}, c)->user);
    store::ListUsers deleted;
    deleted.status = store::UserStatus::Deleted;
    EXPECT_EQ(store->list_users(deleted, c)->total, 1);
    store::ListUsers search;
    search.search = "first o";
    EXPECT_EQ(store->list_users(search, c)->total, 1);
    EXPECT_EQ(store->find_credential({"local", "first@example.com", std::nullopt}, c)
                  ->credential->secret_hash.reveal(),
              "hash-1");
    EXPECT_EQ(store->consume_code({"local", "verify", "target-1", "code-1", 1}, c)->payload, "payload-1");
    EXPECT_EQ(store->list_keys({"old-purpose"}, c)->keys.size(), 2U);
    EXPECT_EQ(store->get_record({"scope-1", "record-1", 1}, c)->value, "value-1");
    EXPECT_EQ(store->list_audit({"old-1", std::nullopt, 10}, c)->events.size(), 1U);
    // A login of before goes on.
    const auto rotated = store->rotate_session({"digest-2", "digest-3", 2000, 10, 1000}, c);
    ASSERT_TRUE(rotated) << rotated.error().detail;
    EXPECT_TRUE(std::holds_alternative<store::Rotated>(*rotated));
    const auto reused = store->rotate_session({"digest-1", "digest-x", 99'000'000, 10, 1000}, c);
    ASSERT_TRUE(reused);
    EXPECT_FALSE(std::holds_alternative<store::Rotated>(*reused)) << "a token of before stays used";
  }

  // As its own program, through the plugin's file.
  void expect_conformance() {
    const std::filesystem::path section = server().folder() / (database_ + ".json");
    const std::string out = section.string() + ".out";
    std::ofstream(section) << server().section(
        server().connection_string(PostgresServer::kService, database_));
    const std::string command = std::string("'") + kConformance + "' store '" + kPostgresPlugin +
                                "' --config '" + section.string() + "' >'" + out + "' 2>&1";
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): paths of this build
    std::ifstream said(out);
    const std::string text(std::istreambuf_iterator<char>(said), {});
    EXPECT_EQ(status, 0) << text;
    EXPECT_NE(text.find("[  PASSED  ]"), std::string::npos) << text;
    EXPECT_EQ(text.find("ran 0 tests"), std::string::npos);
  }
};

class UpgradeFromTest : public UpgradeTest, public ::testing::WithParamInterface<std::size_t> {};

TEST_P(UpgradeFromTest, WhatWasWrittenStaysAndEverythingWorks) {
  build_version(GetParam());
  write_rows(GetParam());
  migrate();
  expect_rows();
  expect_conformance();
}

INSTANTIATE_TEST_SUITE_P(EachVersion, UpgradeFromTest,
                         ::testing::Range<std::size_t>(1, postgres::migration_steps().size()),
                         [](const auto& version) { return "Version" + std::to_string(version.param); });

// As while one version replaces the other: what a later one may do to a schema that this one runs on.
TEST_F(UpgradeTest, EverythingWorksOnANewerSchema) {
  auto steps = postgres::migration_steps();
  steps.push_back({steps.back().version + 1, "later", R"sql(
    ALTER TABLE users ADD COLUMN later text, ADD COLUMN counted bigint NOT NULL DEFAULT 0;
    ALTER TABLE identities ADD COLUMN later text;
    ALTER TABLE credentials ADD COLUMN later text;
    ALTER TABLE sessions ADD COLUMN later text;
    ALTER TABLE session_tokens ADD COLUMN later text;
    ALTER TABLE codes ADD COLUMN later text;
    ALTER TABLE gateway_keys ADD COLUMN later text;
    ALTER TABLE audit_events ADD COLUMN later text;
    ALTER TABLE records ADD COLUMN later text;
    ALTER TABLE api_keys ADD COLUMN later text;
    CREATE TABLE later (user_id text REFERENCES users (id) ON DELETE CASCADE);
    CREATE INDEX users_later ON users (later))sql"});
  const auto owner = settings(PostgresServer::kOwner);
  const auto built =
      Migrator(host_handle_, owner, steps).run({MigrateMode::Apply, PostgresServer::kService}, soon(60'000));
  ASSERT_TRUE(built) << built.error().detail;
  write_rows(steps.size());
  expect_rows();
  expect_conformance();
}

}  // namespace
}  // namespace gateway::testing
