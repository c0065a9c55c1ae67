#include <algorithm>
#include <future>

#include "store_suite.hpp"

namespace gateway::conformance {
namespace {

using namespace gateway::store;

constexpr std::int64_t kSoonMs = 10'000;
constexpr std::int64_t kNothingMs = 600;  // how long a test waits for what should not come
constexpr std::int64_t kAskMs = 5'000;    // what a call has beyond its wait, to connect and to ask

// Other users of the same store may revoke at the same time: the tests look for their own events only.
class StoreRevocations : public StoreSuite {
 protected:
  void SetUp() override {
    const auto first = call(WaitRevocations{});
    if (!first && first.error().kind == ErrorKind::Unsupported) GTEST_SKIP() << "shares nothing";
    const Revocations start = must(first, "revocations.wait");
    EXPECT_TRUE(start.events.empty()) << "without a cursor there is nothing to tell";
    ASSERT_FALSE(start.cursor.empty());
    cursor_ = start.cursor;
  }

  // Whether an event of that user, session or key comes in time.
  bool comes(const std::string& id, std::int64_t within_ms = kSoonMs) {
    const auto begin = std::chrono::steady_clock::now();
    for (;;) {
      const std::int64_t left_ms = within_ms - elapsed_ms_since(begin);
      if (left_ms <= 0) return false;
      const Revocations news =
          must(plugin_.call(WaitRevocations{cursor_, left_ms}, host_.context(left_ms + kAskMs)),
               "revocations.wait");
      EXPECT_FALSE(news.cursor.empty());
      cursor_ = news.cursor;
      const bool found = std::any_of(news.events.begin(), news.events.end(), [&](const Revocation& event) {
        EXPECT_EQ(int{event.user_id.has_value()} + int{event.session_id.has_value()} +
                      int{event.api_key_id.has_value()},
                  1);
        return event.user_id == id || event.session_id == id || event.api_key_id == id;
      });
      if (found) return true;
    }
  }

  std::string open_session(const std::string& user_id, const std::string& digest,
                           std::optional<std::int64_t> max_per_user = std::nullopt) const {
    Session session;
    session.id = unique("sid-");
    session.user_id = user_id;
    session.provider = "provider-a";
    session.subject = "subject";
    session.created_at_ms = now_ms();
    session.expires_at_ms = session.idle_expires_at_ms = now_ms() + 1'000'000;
    OpenSession open{session, digest};
    open.max_per_user = max_per_user;
    expect_outcome<SessionOpened>(answer(open));
    return session.id;
  }

  std::string cursor_;
};

TEST_F(StoreRevocations, a_deleted_user_is_told) {
  const User user = created();
  answer(DeleteUser{user.id, now_ms()});
  EXPECT_TRUE(comes(user.id));
}

TEST_F(StoreRevocations, a_revoked_api_key_is_told_once) {
  CreateApiKey create;
  create.key.id = unique("");
  create.key.name = "job";
  create.key.created_at_ms = now_ms();
  create.digest = "digest";
  expect_outcome<Stored>(answer(create));
  expect_outcome<Stored>(answer(RevokeApiKey{create.key.id, now_ms()}));
  EXPECT_TRUE(comes(create.key.id));
  expect_outcome<Stored>(answer(RevokeApiKey{create.key.id, now_ms()}));
  EXPECT_FALSE(comes(create.key.id, kNothingMs));
}

TEST_F(StoreRevocations, a_user_that_is_no_longer_active_or_of_another_type_is_told) {
  const User user = created();
  UpdateUser suspend = change(user);
  suspend.status = UserStatus::Suspended;
  answer(suspend);
  EXPECT_TRUE(comes(user.id));
  UpdateUser promote = change(user);
  promote.user_type = "Vendor";
  answer(promote);
  EXPECT_TRUE(comes(user.id));
}

TEST_F(StoreRevocations, what_takes_nothing_away_is_not_told) {
  const User user = created();
  UpdateUser update = change(user);
  update.full_name = "Other";
  update.last_login_at_ms = now_ms();
  answer(update);
  update = change(user);
  update.status = UserStatus::Active;
  update.user_type = user.user_type;
  answer(update);
  EXPECT_FALSE(comes(user.id, kNothingMs));
}

TEST_F(StoreRevocations, revoked_sessions_are_told) {
  const User user = created();
  const std::string one = open_session(user.id, unique("digest-"));
  answer(store::RevokeSessions{.id = one, .now_ms = now_ms()});
  EXPECT_TRUE(comes(one));
  answer(store::RevokeSessions{.id = one, .now_ms = now_ms()});
  EXPECT_FALSE(comes(one, kNothingMs)) << "it was revoked before";
  const std::string kept = open_session(user.id, unique("digest-"));
  const std::string lost = open_session(user.id, unique("digest-"));
  answer(store::RevokeSessions{.user_id = user.id, .except_id = kept, .now_ms = now_ms()});
  EXPECT_TRUE(comes(lost));
}

TEST_F(StoreRevocations, a_session_that_gave_way_is_told) {
  const User user = created();
  const std::string first = open_session(user.id, unique("digest-"));
  open_session(user.id, unique("digest-"), 2);
  EXPECT_FALSE(comes(first, kNothingMs)) << "there was room for both";
  open_session(user.id, unique("digest-"), 1);
  EXPECT_TRUE(comes(first));
}

TEST_F(StoreRevocations, the_end_of_all_sessions_is_told_where_there_is_none) {
  const User user = created();
  answer(store::RevokeSessions{.user_id = user.id, .now_ms = now_ms()});
  EXPECT_TRUE(comes(user.id)) << "a provider's own tokens end with it";
}

TEST_F(StoreRevocations, a_family_that_was_reused_is_told) {
  const std::string digest = unique("digest-");
  const std::string id = open_session(created().id, digest);
  expect_outcome<Rotated>(answer(RotateSession{digest, unique("digest-"), now_ms(), 0, 1000}));
  EXPECT_FALSE(comes(id, kNothingMs)) << "a rotation takes nothing away";
  expect_outcome<Reused>(answer(RotateSession{digest, unique("digest-"), now_ms() + 1, 0, 1000}));
  EXPECT_TRUE(comes(id));
}

TEST_F(StoreRevocations, who_waits_is_woken_by_another_instance) {
  const auto other = must(PluginInstance::run(subject().library, host_, subject().config), "start");
  const User user = created();
  auto waiting = std::async(std::launch::async, [&] { return comes(user.id); });
  must(other.call(DeleteUser{user.id, now_ms()}, host_.context()), "users.delete");
  EXPECT_TRUE(waiting.get());
}

TEST_F(StoreRevocations, nobody_waits_longer_than_asked) {
  const auto begin = std::chrono::steady_clock::now();
  must(plugin_.call(WaitRevocations{cursor_, 100}, host_.context(2 * kSoonMs)), "revocations.wait");
  EXPECT_LT(elapsed_ms_since(begin), kSoonMs) << "until the call's deadline";
}

TEST_F(StoreRevocations, every_cursor_leads_to_what_came_after_it) {
  const std::string before = cursor_;
  std::vector<User> users;
  for (int i = 0; i < 3; ++i) {
    users.push_back(created());
    answer(DeleteUser{users.back().id, now_ms()});
    EXPECT_TRUE(comes(users.back().id));
  }
  for (const User& user : users) {
    cursor_ = before;
    EXPECT_TRUE(comes(user.id)) << "asked for again";
  }
}

}  // namespace
}  // namespace gateway::conformance
