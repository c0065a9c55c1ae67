#include <atomic>

#include "store_suite.hpp"

namespace gateway::conformance {
namespace {

using namespace gateway::store;

class StoreUsers : public StoreSuite {
 protected:
  void expect_conflict(const User& user, std::string_view field) const {
    const auto reply = answer(CreateUser{user});
    EXPECT_EQ(expect_outcome<Conflict>(reply).field, field);
    EXPECT_FALSE(answer(GetUser{user.id}).user && field != "id") << "a refused user was stored";
  }
};

TEST_F(StoreUsers, a_created_user_is_found_in_every_way) {
  User user = new_user();
  user.full_name = "Zoë \"Z\" O'Neil \xf0\x9f\x90\x99; DROP TABLE users;--";
  user.phone_number = unique("+49");
  user.phone_verified = true;
  user.email_verified = true;
  user.status = UserStatus::Inactive;
  user.profile_image_url = "https://img.example.com/z?a=%00";
  user.last_login_at_ms = now_ms() - 1;
  user.identities.push_back({"provider-b", user.identities[0].subject, std::nullopt, true, now_ms()});
  EXPECT_EQ(encode(created(user)), encode(user));

  const auto by_id = answer(GetUser{user.id}).user;
  ASSERT_TRUE(by_id);
  EXPECT_EQ(encode(*by_id), encode(user));
  for (const Identity& identity : user.identities) {
    const auto by_identity = answer(FindUserByIdentity{identity.provider, identity.subject}).user;
    ASSERT_TRUE(by_identity);
    EXPECT_EQ(by_identity->id, user.id);
  }
  const auto by_email = answer(FindUserByEmail{*user.email}).user;
  ASSERT_TRUE(by_email);
  EXPECT_EQ(by_email->email, user.email) << "kept as written";
}

TEST_F(StoreUsers, what_is_not_there_is_not_found) {
  EXPECT_FALSE(answer(GetUser{unique_uuid()}).user);
  EXPECT_FALSE(answer(FindUserByEmail{unique("nobody-") + "@example.com"}).user);
  EXPECT_FALSE(answer(FindUserByIdentity{"provider-a", unique("nobody-")}).user);
  EXPECT_FALSE(answer(FindUserByIdentity{"", ""}).user);
  expect_outcome<NotFound>(answer(UpdateUser{.id = unique_uuid(), .now_ms = now_ms()}));
  expect_outcome<NotFound>(answer(DeleteUser{unique_uuid(), now_ms()}));
  expect_outcome<NotFound>(answer(LinkIdentity{unique_uuid(), {"provider-a", unique("s-")}, now_ms()}));
}

TEST_F(StoreUsers, emails_compare_case_insensitively) {
  const User user = created();
  std::string shouted = *user.email;
  for (char& c : shouted)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto found = answer(FindUserByEmail{shouted}).user;
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, user.id);
  User twin = new_user();
  twin.email = shouted;
  expect_conflict(twin, "email");
}

TEST_F(StoreUsers, unique_properties_conflict) {
  User user = new_user();
  user.phone_number = unique("+49");
  created(user);

  User same_id = new_user();
  same_id.id = user.id;
  expect_conflict(same_id, "id");
  User same_phone = new_user();
  same_phone.phone_number = user.phone_number;
  expect_conflict(same_phone, "phone_number");
  User same_identity = new_user();
  same_identity.identities.push_back(user.identities[0]);
  expect_conflict(same_identity, "identity");
  EXPECT_FALSE(answer(FindUserByIdentity{"provider-a", same_identity.identities[0].subject}).user)
      << "of a refused user not even one identity may stay";
}

TEST_F(StoreUsers, users_without_email_or_phone_do_not_conflict) {
  for (int i = 0; i < 3; ++i) {
    User user = new_user();
    user.email.reset();
    created(user);
  }
}

TEST_F(StoreUsers, a_user_is_not_born_deleted) {
  User user = new_user();
  user.status = UserStatus::Deleted;
  expect_invalid(CreateUser{user});
}

TEST_F(StoreUsers, update_changes_what_is_present_and_nothing_else) {
  User user = new_user();
  user.full_name = "Before";
  user.phone_number = unique("+49");
  user.phone_verified = true;
  created(user);

  UpdateUser update = change(user);
  update.full_name = "After";
  update.profile_image_url = "https://img.example.com/1";
  update.user_type = "Vendor";
  update.status = UserStatus::Suspended;
  update.email_verified = true;
  update.last_login_at_ms = now_ms() + 3;
  User expected = user;
  expected.full_name = "After";
  expected.profile_image_url = "https://img.example.com/1";
  expected.user_type = "Vendor";
  expected.status = UserStatus::Suspended;
  expected.email_verified = true;
  expected.last_login_at_ms = now_ms() + 3;
  expected.updated_at_ms = update.now_ms;
  EXPECT_EQ(encode(updated(update)), encode(expected));
  EXPECT_EQ(encode(*answer(GetUser{user.id}).user), encode(expected));
}

TEST_F(StoreUsers, update_clears_with_an_empty_text) {
  User user = new_user();
  user.full_name = "Somebody";
  user.phone_number = unique("+49");
  user.phone_verified = true;
  user.profile_image_url = "https://img.example.com/1";
  created(user);
  UpdateUser update = change(user);
  update.full_name = update.phone_number = update.profile_image_url = "";
  const User after = updated(update);
  EXPECT_FALSE(after.full_name);
  EXPECT_FALSE(after.phone_number);
  EXPECT_FALSE(after.profile_image_url);
  EXPECT_FALSE(after.phone_verified) << "there is no number any more";

  User heir = new_user();
  heir.phone_number = user.phone_number;
  created(heir);  // the number is free again
}

TEST_F(StoreUsers, a_changed_phone_number_is_unverified_unless_said) {
  User user = new_user();
  user.phone_number = unique("+49");
  user.phone_verified = true;
  created(user);

  UpdateUser same = change(user);
  same.phone_number = user.phone_number;
  EXPECT_TRUE(updated(same).phone_verified) << "the same number has not changed";
  UpdateUser other = change(user);
  other.phone_number = unique("+33");
  EXPECT_FALSE(updated(other).phone_verified);
  UpdateUser verified = change(user);
  verified.phone_number = unique("+31");
  verified.phone_verified = true;
  EXPECT_TRUE(updated(verified).phone_verified);
}

TEST_F(StoreUsers, update_refuses_a_taken_phone_number_and_changes_nothing) {
  User owner = new_user();
  owner.phone_number = unique("+49");
  created(owner);
  const User user = created();
  UpdateUser update = change(user);
  update.full_name = "Thief";
  update.phone_number = owner.phone_number;
  const auto reply = answer(update);
  EXPECT_EQ(expect_outcome<Conflict>(reply).field, "phone_number");
  EXPECT_EQ(encode(*answer(GetUser{user.id}).user), encode(user));
}

TEST_F(StoreUsers, update_cannot_delete) {
  UpdateUser update = change(created());
  update.status = UserStatus::Deleted;
  expect_invalid(update);
}

TEST_F(StoreUsers, delete_is_soft_and_frees_email_phone_and_identity) {
  User user = new_user();
  user.phone_number = unique("+49");
  created(user);
  const auto reply = answer(DeleteUser{user.id, now_ms() + 9});
  EXPECT_EQ(expect_outcome<UserRow>(reply).user.status, UserStatus::Deleted);

  const auto row = answer(GetUser{user.id}).user;
  ASSERT_TRUE(row) << "the row stays";
  EXPECT_EQ(row->status, UserStatus::Deleted);
  EXPECT_EQ(row->updated_at_ms, now_ms() + 9);
  EXPECT_TRUE(row->identities.empty());
  EXPECT_FALSE(answer(FindUserByEmail{*user.email}).user);
  EXPECT_FALSE(answer(FindUserByIdentity{"provider-a", user.identities[0].subject}).user);

  expect_outcome<NotFound>(answer(change(user)), "an update after the deletion");
  expect_outcome<NotFound>(answer(DeleteUser{user.id, now_ms()}), "a second deletion");
  expect_outcome<NotFound>(answer(LinkIdentity{user.id, {"provider-a", unique("s-")}, now_ms()}));

  User heir = user;
  heir.id = unique_uuid();
  created(heir);
}

TEST_F(StoreUsers, check_19_who_was_signing_in_while_being_deleted_does_not_come_back) {
  const User user = created();
  answer(DeleteUser{user.id, now_ms() + 9});
  User again = new_user();
  again.identities = user.identities;
  CreateUser create{again};
  create.authenticated_at_ms = now_ms() + 9;
  EXPECT_EQ(expect_outcome<Conflict>(answer(create)).field, "identity");
  create.authenticated_at_ms = now_ms() + 10;  // a sign-in that began after the deletion is a new beginning
  EXPECT_EQ(expect_outcome<UserRow>(answer(create)).user.id, again.id);
}

TEST_F(StoreUsers, check_19_a_deletion_is_remembered_as_long_as_the_row) {
  const User user = created();
  answer(DeleteUser{user.id, now_ms()});
  answer(Prune{now_ms() + 10 * kRevocationMemoryMs});
  // Ten memories later another one is deleted: none of them gives way.
  const User other = created();
  answer(DeleteUser{other.id, now_ms() + 10 * kRevocationMemoryMs});
  for (const User& deleted : {user, other}) {
    User again = new_user();
    again.identities = deleted.identities;
    CreateUser create{again};
    create.authenticated_at_ms = 0;  // as an import asks
    EXPECT_EQ(expect_outcome<Conflict>(answer(create)).field, "identity");
  }
}

TEST_F(StoreUsers, an_identity_is_linked_once) {
  const User user = created();
  const Identity identity{"provider-b", unique("subject-"), "b@example.com", true, now_ms()};
  const LinkIdentity link{user.id, identity, now_ms() + 1};
  const auto reply = answer(link);
  const User linked = expect_outcome<UserRow>(reply).user;
  ASSERT_EQ(linked.identities.size(), 2U);
  EXPECT_EQ(answer(FindUserByIdentity{"provider-b", identity.subject}).user->id, user.id);

  const auto again = answer(link);
  EXPECT_EQ(expect_outcome<UserRow>(again, "the same link again").user.identities.size(), 2U);
  const auto other = answer(LinkIdentity{created().id, identity, now_ms()});
  EXPECT_EQ(expect_outcome<Conflict>(other).field, "identity");
}

TEST_F(StoreUsers, list_pages_newest_first_then_by_id) {
  const std::string type = unique("type-");
  std::vector<User> users;
  for (int i = 0; i < 7; ++i) {
    User user = new_user();
    user.user_type = type;
    user.created_at_ms = now_ms() + (i / 2) * 1000;  // pairs of the same time
    users.push_back(created(user));
  }
  std::sort(users.begin(), users.end(), [](const User& a, const User& b) {
    return a.created_at_ms != b.created_at_ms ? a.created_at_ms > b.created_at_ms : a.id < b.id;
  });
  std::vector<std::string> seen;
  for (std::int64_t offset = 0; offset < 9; offset += 3) {
    const UserPage page = answer(ListUsers{.offset = offset, .limit = 3, .user_type = type});
    EXPECT_EQ(page.total, 7);
    for (const User& user : page.users)
      seen.push_back(user.id);
  }
  ASSERT_EQ(seen.size(), users.size());
  for (std::size_t i = 0; i < users.size(); ++i)
    EXPECT_EQ(seen[i], users[i].id) << "position " << i;
  const UserPage beyond = answer(ListUsers{.offset = 100, .limit = 3, .user_type = type});
  EXPECT_TRUE(beyond.users.empty());
  EXPECT_EQ(beyond.total, 7);

  for (std::size_t place = 0; place < users.size(); ++place) {
    ListUsers list{.limit = 2, .user_type = type};
    list.after = UserPlace{users[place].created_at_ms, users[place].id};
    const UserPage page = answer(list);
    EXPECT_EQ(page.total, 7) << "wherever the page begins";
    ASSERT_EQ(page.users.size(), std::min<std::size_t>(2, users.size() - place - 1));
    for (std::size_t i = 0; i < page.users.size(); ++i)
      EXPECT_EQ(page.users[i].id, users[place + 1 + i].id);
  }
  ListUsers further{.offset = 3, .limit = 2, .user_type = type};
  further.after = UserPlace{users[0].created_at_ms, users[0].id};
  EXPECT_EQ(answer(further).users.at(0).id, users[4].id);
}

TEST_F(StoreUsers, list_filters_and_searches) {
  const std::string type = unique("type-");
  const auto make = [&](std::string name, UserStatus status) {
    User user = new_user();
    user.user_type = type;
    user.full_name = std::move(name);
    user.status = status;
    user.phone_number = unique("+4915");
    return created(user);
  };
  const User ada = make("Ada 100%_Lovelace", UserStatus::Active);
  const User bob = make("Bob", UserStatus::Suspended);
  const User gone = make("Gone", UserStatus::Active);
  answer(DeleteUser{gone.id, now_ms()});

  const auto total = [&](ListUsers list) {
    list.user_type = type;
    return answer(list).total;
  };
  EXPECT_EQ(total({}), 2) << "Deleted users only when asked for";
  EXPECT_EQ(total({.status = UserStatus::Deleted}), 1);
  EXPECT_EQ(total({.status = UserStatus::Suspended}), 1);
  EXPECT_EQ(total({.search = "LOVELACE"}), 1);
  EXPECT_EQ(total({.search = bob.email->substr(2, 20)}), 1);
  EXPECT_EQ(total({.search = bob.phone_number}), 1);
  EXPECT_EQ(total({.search = "100%_l"}), 1) << "wildcards of the back end are plain text here";
  EXPECT_EQ(total({.search = "%"}), 1);
  EXPECT_EQ(total({.search = "_"}), 1);
  EXPECT_EQ(total({.search = "'; --"}), 0);
}

TEST_F(StoreUsers, list_bounds_are_checked) {
  expect_invalid(ListUsers{.offset = -1});
  expect_invalid(ListUsers{.limit = 0});
  expect_invalid(ListUsers{.limit = 101});
}

TEST_F(StoreUsers, of_concurrent_sign_ups_with_one_email_one_succeeds) {
  constexpr int kRivals = 20;
  const std::string email = unique("rival-") + "@example.com";
  std::atomic<int> stored{0};
  std::atomic<int> refused{0};
  at_once(kRivals, [&](int i) {
    User user = new_user();
    user.email = i % 2 == 0 ? email : "RIVAL-" + email.substr(6);
    const auto reply = call(CreateUser{user});
    if (!reply) return;
    if (std::holds_alternative<UserRow>(*reply)) ++stored;
    if (const auto* conflict = std::get_if<Conflict>(&*reply); conflict && conflict->field == "email")
      ++refused;
  });
  EXPECT_EQ(stored, 1);
  EXPECT_EQ(refused, kRivals - 1);
}

TEST_F(StoreUsers, an_identity_linked_during_the_deletion_is_free_afterwards) {
  for (int round = 0; round < 40; ++round) {
    const User user = created();
    const Identity identity{"provider-b", unique("late-"), std::nullopt, false, now_ms()};
    at_once(2, [&](int i) {
      if (i == 0) {
        call(DeleteUser{user.id, now_ms()}).ok();
      } else {
        call(LinkIdentity{user.id, identity, now_ms()}).ok();
      }
    });
    EXPECT_TRUE(answer(GetUser{user.id}).user->identities.empty());
    expect_outcome<UserRow>(answer(LinkIdentity{created().id, identity, now_ms()}), "the identity is free;");
  }
}

TEST_F(StoreUsers, of_concurrent_links_of_one_identity_one_succeeds) {
  constexpr int kRivals = 10;
  const std::string subject = unique("wanted-");
  std::vector<User> users;
  users.reserve(kRivals);
  for (int i = 0; i < kRivals; ++i)
    users.push_back(created());
  std::atomic<int> linked{0};
  at_once(kRivals, [&](int i) {
    const auto reply =
        call(LinkIdentity{users[static_cast<std::size_t>(i)].id, {"provider-b", subject}, now_ms()});
    if (reply && std::holds_alternative<UserRow>(*reply)) ++linked;
  });
  EXPECT_EQ(linked, 1);
}

}  // namespace
}  // namespace gateway::conformance
