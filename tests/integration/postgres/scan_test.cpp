// No operation reads a big table from end to end: the server counts its sequential scans.
#include "tests/integration/postgres/filled_fixture.hpp"

namespace gateway::testing {
namespace {

constexpr const char* kScans =
    "SELECT coalesce(string_agg(relname || ' ' || seq_scan, ', ' ORDER BY relname), '') FROM "
    "pg_stat_user_tables "
    "WHERE seq_scan > 0 AND relname IN ('users', 'identities', 'sessions', 'session_tokens', 'credentials', "
    "'audit_events', 'codes', 'records', 'revocations', 'deleted_identities', 'api_keys')";

class ScanTest : public FilledFixture {
 protected:
  template <class Reply>
  void done(const Result<Reply>& reply, const char* what) {
    EXPECT_TRUE(reply) << what << ": " << reply.error().detail;
  }

  // Every operation, with rows from `first` on, some times.
  void use_everything(Store& s, int first) {
    for (int i = 0; i < 8; ++i) {
      const std::string n = std::to_string(first + i * 4);
      const auto c = context();
      done(s.get_user({"u" + n}, c), "get");
      done(s.find_user_by_email({"USER" + n + "@example.com"}, c), "email");
      done(s.find_user_by_identity({"p", "s" + n}, c), "identity");
      store::UpdateUser update{.id = "u" + n, .now_ms = 1};
      update.last_login_at_ms = 5;
      done(s.update_user(update, c), "update");
      update.user_type = "Vendor";
      done(s.update_user(update, c), "update access");
      update.keep_active_of_type = "Admin";
      done(s.update_user(update, c), "update access, one stays");
      done(s.create_user({new_user(n)}, c), "create");
      done(s.link_identity({"u" + n, {"q", "s" + n}, 1}, c), "link");
      for (const bool by_type : {false, true}) {
        for (const bool by_status : {false, true}) {
          for (const bool after : {false, true}) {
            store::ListUsers list{.offset = 200, .limit = 20};
            if (by_type) list.user_type = "Buyer";
            if (by_status) list.status = store::UserStatus::Active;
            if (after) list.after = store::UserPlace{5000, "u1"};
            done(s.list_users(list, c), "list");
          }
        }
      }
      done(s.find_credential({"p", "l" + n, std::nullopt}, c), "login");
      done(s.find_credential({"p", std::nullopt, "s" + n}, c), "subject");
      done(s.replace_secret({"p", "s" + n, Secret("h"), Secret("i"), 1}, c), "secret");
      done(s.set_credential_disabled({"p", "s" + n, true, 1}, c), "disable");
      done(s.delete_credential({"p", "s" + n}, c), "delete credential");
      done(s.rotate_session({"d" + n, "e" + n, 10, 10, 10}, c), "rotate");
      done(s.resolve_session({"x" + n}, c), "resolve");
      done(s.revoke_sessions({.id = "x" + n, .now_ms = 1}, c), "revoke one");
      done(s.revoke_sessions({.user_id = "u" + n, .now_ms = 1}, c), "revoke all");
      done(s.revoke_sessions({.user_id = "u" + n, .except_id = "x", .now_ms = 1}, c), "revoke others");
      done(s.consume_code({"s", "p", "t" + n, "d", 1}, c), "consume");
      done(s.get_record({"s", "k" + n, 1}, c), "record");
      done(s.list_audit({"u" + n, 5000, 20}, c), "audit of a user");
      done(s.list_audit({std::nullopt, 5000, 20}, c), "audit");
      store::CreateApiKey key{.digest = "d"};
      key.key.id = key.key.name = "n" + n;
      done(s.create_api_key(key, c), "create key");
      done(s.find_api_key({"k" + n}, c), "key");
      done(s.list_api_keys({store::ApiKeyPlace{5000, "k1"}, 20}, c), "keys");
      done(s.note_api_key_uses({{{"k" + n, 1}, {"n" + n, 1}}}, c), "uses");
      done(s.revoke_api_key({"k" + n, 1}, c), "revoke key");
      done(s.append_audit({{.id = "new" + n, .at_ms = 1, .action = "x"}}, c), "append");
      done(s.delete_user({"u" + n, 2, "Admin"}, c), "delete");
      done(s.prune({9000000 + i * 10, 5}, c), "prune");
      const auto start = s.wait_revocations({}, c);
      done(start, "cursor");
      done(s.wait_revocations({start->cursor, 50}, c), "wait");
    }
  }
};

TEST_F(ScanTest, NoOperationScansABigTable) {
  fill(8'000);
  auto store = make_store(PostgresServer::kService, "Maximum Pool Size=1");
  ASSERT_TRUE(store->start());
  use_everything(*store, 100);
  store->stop();  // a connection's numbers are told when it ends
  EXPECT_TRUE(becomes(
      [&] { return sql("SELECT idx_scan > 100 FROM pg_stat_user_tables WHERE relname = 'users'") == "t"; }));
  EXPECT_EQ(sql(kScans), "");
}

// Planned with its parameter: how common a part of a name is decides the way.
TEST_F(ScanTest, ASearchUsesItsIndex) {
  fill(8'000);
  auto store = make_store(PostgresServer::kService, "Maximum Pool Size=1");
  ASSERT_TRUE(store->start());
  for (int i = 0; i < 8; ++i) {
    store::ListUsers search{.search = "USER123" + std::to_string(i) + "@"};
    const auto page = store->list_users(search, context());
    done(page, "search");
    EXPECT_EQ(page->total, page->users.empty() ? 0 : 1);
  }
  store->stop();
  EXPECT_TRUE(becomes([&] {
    return sql("SELECT idx_scan >= 8 FROM pg_stat_user_indexes WHERE indexrelname = 'users_search'") == "t";
  }));
  EXPECT_EQ(sql(kScans), "");
}

TEST_F(ScanTest, TheCountIsWhatIsThere) {
  fill(500);
  auto store = make_store();
  ASSERT_TRUE(store->start());
  const auto counted = [&](std::optional<std::string> type, std::optional<store::UserStatus> status) {
    store::ListUsers list;
    list.user_type = std::move(type);
    list.status = status;
    const auto page = store->list_users(list, context());
    return page ? std::to_string(page->total) : page.error().detail;
  };
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(counted({}, {}), sql("SELECT count(*) FROM users WHERE status <> 'Deleted'"));
    EXPECT_EQ(counted("Buyer", {}),
              sql("SELECT count(*) FROM users WHERE status <> 'Deleted' AND user_type = 'Buyer'"));
    EXPECT_EQ(counted("Vendor", store::UserStatus::Suspended),
              sql("SELECT count(*) FROM users WHERE status = 'Suspended' AND user_type = 'Vendor'"));
    EXPECT_EQ(counted({}, store::UserStatus::Deleted),
              sql("SELECT count(*) FROM users WHERE status = 'Deleted'"));
    const std::string name = "round" + std::to_string(round);
    ASSERT_TRUE(store->create_user({new_user(name)}, context()));
    ASSERT_TRUE(store->delete_user({"u" + std::to_string(100 + round * 4), 1}, context()));
  }
}

}  // namespace
}  // namespace gateway::testing
