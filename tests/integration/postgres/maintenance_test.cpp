// What pruning does here beyond the contract: audit events and revocations by age, one instance at a time.
#include "tests/integration/postgres/postgres_fixture.hpp"

namespace gateway::testing {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

class MaintenanceTest : public PostgresFixture {
 protected:
  std::int64_t prune(Store& store) {
    const auto pruned = store.prune({host_.wall_ms(), 1000}, context());
    EXPECT_TRUE(pruned) << pruned.error().detail;
    return pruned ? pruned->removed : -1;
  }
};

TEST_F(MaintenanceTest, AuditEventsAreKeptForTheirTime) {
  auto store = started_store();
  for (const std::int64_t days : {399, 401}) {
    store::AuditEvent event{
        .id = std::to_string(days), .at_ms = host_.wall_ms() - days * kDayMs, .action = "login"};
    ASSERT_TRUE(store->append_audit({event}, context()));
  }
  prune(*store);
  EXPECT_EQ(sql("SELECT string_agg(id, ' ') FROM audit_events"), "399");
}

TEST_F(MaintenanceTest, RevocationsGoAfterMoreThanTheHourThatIsPromised) {
  auto store = started_store();
  sql("INSERT INTO revocations (user_id, at) SELECT m::text, now() - m * interval '1 minute' "
      "FROM unnest(ARRAY[1, 61, 90]) m");
  prune(*store);
  EXPECT_EQ(sql("SELECT string_agg(user_id, ' ' ORDER BY user_id) FROM revocations"), "1 61");
}

TEST_F(MaintenanceTest, OneInstancePrunesAtATime) {
  auto store = started_store();
  ASSERT_TRUE(store->put_code({"s", "p", "t", "d", "", 1, 3}, context()));
  const auto owner = settings(PostgresServer::kOwner);
  auto other = postgres::Connection::open(owner, soon(), -1);
  ASSERT_TRUE(other);
  ASSERT_TRUE(
      (*other)->run_script("turn", "BEGIN; SELECT pg_advisory_xact_lock(7595434480233312600)", soon()));
  EXPECT_EQ(prune(*store), 0) << "it is another's turn";
  ASSERT_TRUE((*other)->run_script("turn", "COMMIT", soon()));
  EXPECT_EQ(prune(*store), 1);
}

TEST_F(MaintenanceTest, ASessionThatIsBeingUsedIsLeftForTheNextTime) {
  auto store = started_store();
  ASSERT_TRUE(store->create_user({new_user("one")}, context()));
  store::Session session{.id = "sid", .user_id = "id-one", .provider = "p", .subject = "s"};
  session.expires_at_ms = session.idle_expires_at_ms = 5;
  ASSERT_TRUE(store->open_session({session, "digest"}, context()));
  const auto owner = settings(PostgresServer::kOwner);
  auto other = postgres::Connection::open(owner, soon(), -1);
  ASSERT_TRUE(other);
  ASSERT_TRUE((*other)->run_script("use", "BEGIN; SELECT 1 FROM sessions FOR UPDATE", soon()));
  EXPECT_EQ(prune(*store), 0);
  ASSERT_TRUE((*other)->run_script("use", "COMMIT", soon()));
  EXPECT_EQ(prune(*store), 1);
  EXPECT_EQ(sql("SELECT count(*) FROM session_tokens"), "0") << "its tokens go with it";
}

}  // namespace
}  // namespace gateway::testing
