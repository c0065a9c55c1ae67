// keep_active_of_type of users.update and users.delete: the last Active user of a type stays, one after the
// other and at once.
#include <atomic>

#include "store_suite.hpp"

namespace gateway::conformance {
namespace {

using namespace gateway::store;

// The ways to lose the last Active user of a type, as an operation that may be refused with LastOfType.
class StoreLastOfType : public StoreSuite {
 protected:
  User of_type(const std::string& type, UserStatus status = UserStatus::Active) const {
    User user = new_user();
    user.user_type = type;
    user.status = status;
    return created(user);
  }
  UpdateUser retyped(const User& user, const std::string& to = "Buyer") const {
    UpdateUser update = change(user);
    update.user_type = to;
    update.keep_active_of_type = type_;
    return update;
  }
  UpdateUser restated(const User& user, UserStatus to) const {
    UpdateUser update = change(user);
    update.status = to;
    update.keep_active_of_type = type_;
    return update;
  }
  DeleteUser deletion(const User& user) const { return {user.id, now_ms() + 5, type_}; }
  void expect_refused(const User& user) const {
    UpdateUser with_more = retyped(user);
    with_more.full_name = "Other";
    expect_outcome<LastOfType>(answer(with_more), "another type");
    expect_outcome<LastOfType>(answer(restated(user, UserStatus::Suspended)), "suspended");
    expect_outcome<LastOfType>(answer(restated(user, UserStatus::Inactive)), "inactive");
    expect_outcome<LastOfType>(answer(deletion(user)), "deleted");
    EXPECT_EQ(encode(*answer(GetUser{user.id}).user), encode(user)) << "what is refused changes nothing";
  }

  const std::string type_ = unique("type-");
};

TEST_F(StoreLastOfType, the_last_active_one_stays_and_with_another_one_it_may_go) {
  const User last = of_type(type_);
  of_type(type_, UserStatus::Suspended);
  of_type(unique("type-"));
  answer(DeleteUser{of_type(type_).id, now_ms()});
  expect_refused(last);

  const User second = of_type(type_);
  expect_outcome<UserRow>(answer(retyped(last)), "there is another one:");
  expect_refused(second);
  const User third = of_type(type_);
  expect_outcome<UserRow>(answer(restated(second, UserStatus::Suspended)));
  expect_refused(third);
  expect_outcome<UserRow>(answer(retyped(last, type_)), "who was one before is one again");
  expect_outcome<UserRow>(answer(deletion(third)));
}

TEST_F(StoreLastOfType, what_takes_nothing_from_it_is_done) {
  const User last = of_type(type_);
  UpdateUser same = retyped(last, type_);
  same.status = UserStatus::Active;
  same.full_name = "Named";
  EXPECT_EQ(updated(same).full_name, "Named");
  UpdateUser unguarded = retyped(last);
  unguarded.keep_active_of_type.reset();
  EXPECT_EQ(updated(unguarded).user_type, "Buyer") << "nobody asked to keep it";
}

TEST_F(StoreLastOfType, where_there_is_none_everything_else_goes_on) {
  const User suspended = of_type(type_, UserStatus::Suspended);
  EXPECT_EQ(updated(restated(suspended, UserStatus::Inactive)).status, UserStatus::Inactive);
  EXPECT_EQ(updated(retyped(suspended)).user_type, "Buyer");
  const User other = created();
  EXPECT_EQ(updated(restated(other, UserStatus::Suspended)).status, UserStatus::Suspended);
  expect_outcome<UserRow>(answer(deletion(other)));
  expect_outcome<NotFound>(answer(deletion(other)));
  expect_outcome<NotFound>(answer(retyped(other)));
  EXPECT_EQ(updated(retyped(created(), type_)).user_type, type_) << "the first one is made";
}

TEST_F(StoreLastOfType, of_those_who_remove_each_other_at_once_one_stays) {
  constexpr int kRivals = 4;
  for (int round = 0; round < 15; ++round) {
    std::vector<User> all;
    all.reserve(kRivals);
    for (int i = 0; i < kRivals; ++i)
      all.push_back(of_type(type_));
    std::atomic<int> refused{0};
    std::atomic<int> removed{0};
    at_once(kRivals, [&](int i) {
      const User& other = all[static_cast<std::size_t>((i + 1) % kRivals)];
      const auto note = [&](const auto& reply) {
        if (!reply) return;
        if (std::holds_alternative<LastOfType>(*reply)) ++refused;
        if (std::holds_alternative<UserRow>(*reply)) ++removed;
      };
      if (i % 3 == 0) note(call(retyped(other)));
      if (i % 3 == 1) note(call(restated(other, UserStatus::Suspended)));
      if (i % 3 == 2) note(call(deletion(other)));
    });
    EXPECT_EQ(refused, 1) << "round " << round;
    EXPECT_EQ(removed, kRivals - 1);
    const UserPage left = answer(ListUsers{.user_type = type_, .status = UserStatus::Active});
    ASSERT_EQ(left.total, 1);
    UpdateUser away = retyped(left.users.at(0));
    away.keep_active_of_type.reset();
    updated(away);  // the next round begins without any
  }
}

// A promotion that is under way is no reason to wait, and one that is done counts.
TEST_F(StoreLastOfType, a_promotion_at_the_same_time_never_leaves_none) {
  for (int round = 0; round < 15; ++round) {
    const std::string type = unique("type-");
    const User first = of_type(type);
    const User heir = created();
    UpdateUser promote = change(heir);
    promote.user_type = type;
    UpdateUser demote = change(first);
    demote.user_type = "Buyer";
    UpdateUser demote_heir = change(heir);
    demote_heir.user_type = "Buyer";
    promote.keep_active_of_type = demote.keep_active_of_type = demote_heir.keep_active_of_type = type;
    at_once(3, [&](int i) { call(i == 0 ? promote : i == 1 ? demote : demote_heir).ok(); });
    EXPECT_GE(answer(ListUsers{.user_type = type, .status = UserStatus::Active}).total, 1);
  }
}

}  // namespace
}  // namespace gateway::conformance
