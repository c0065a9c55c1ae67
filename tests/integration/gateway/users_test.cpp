// /users and the rule of who may: check 28, every route for nobody, the wrong person, the suspended one.
#include <array>
#include <latch>
#include <set>
#include <thread>

#include <gateway/toolkit/base64url.hpp>

#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {
namespace {

class UsersTest : public GatewayFixture {
 protected:
  void SetUp() override { start(); }
  static std::vector<std::string> ids_of(const Answer& page) {
    std::vector<std::string> ids;
    for (const auto& item : page.json["data"]["items"].GetArray())
      ids.emplace_back(item["id"].GetString());
    return ids;
  }
};

TEST_F(UsersTest, check_28_ProtectedRoutesRefuseTheAnonymous) {
  int protected_routes = 0;
  const std::vector<std::pair<const char*, const char*>> routes{
      {"GET", "/api/v1/auth/me"},
      {"POST", "/api/v1/auth/logout"},
      {"POST", "/api/v1/auth/change-password"},
      {"GET", "/api/v1/users"},
      {"GET", "/api/v1/users/x"},
      {"PUT", "/api/v1/users/x"},
      {"DELETE", "/api/v1/users/x"},
      {"GET", "/api/v1/users/x/attempts"},
      {"DELETE", "/api/v1/users/x/attempts"},
      {"GET", "/api/v1/attempts/addresses/192.0.2.1"},
      {"DELETE", "/api/v1/attempts/addresses/192.0.2.1"},
      {"GET", "/api/v1/auth/verify"},
      {"POST", "/api/v1/api-keys"},
      {"GET", "/api/v1/api-keys"},
      {"DELETE", "/api/v1/api-keys/x"},
  };
  for (const auto& [method, path] : routes) {
    const Answer answer = call(method, path, std::string_view(method) == "GET" ? "" : "{}");
    EXPECT_EQ(answer.status, 401) << method << " " << path;
    EXPECT_EQ(answer.raw.header("WWW-Authenticate"), "Bearer") << path;
    ++protected_routes;
  }
  EXPECT_EQ(protected_routes, 15);
}

TEST_F(UsersTest, check_28_UsersSeeAndChangeOnlyThemselves) {
  const Person alice = sign_up("alice@example.com");
  const Person bob = sign_up("bob@example.com");
  EXPECT_EQ(get("/api/v1/users/" + alice.id, alice.token).status, 200);
  for (const std::string& id : {bob.id, std::string("00000000-0000-7000-8000-000000000000")}) {
    EXPECT_EQ(get("/api/v1/users/" + id, alice.token).status, 403);
    EXPECT_EQ(call("PUT", "/api/v1/users/" + id, R"({"fullName":"Mallory"})", alice.token).status, 403);
    EXPECT_EQ(call("DELETE", "/api/v1/users/" + id, {}, alice.token).status, 403);
    EXPECT_EQ(get("/api/v1/users/" + id + "/attempts", alice.token).status, 403);
    EXPECT_EQ(call("DELETE", "/api/v1/users/" + id + "/attempts", {}, alice.token).status, 403);
  }
  EXPECT_EQ(get("/api/v1/users", alice.token).status, 403);
  EXPECT_EQ(get("/api/v1/users/" + alice.id + "/attempts", alice.token).status, 403)
      << "not one's own either";
  EXPECT_EQ(call("DELETE", "/api/v1/users/" + alice.id + "/attempts", {}, alice.token).status, 403);
  for (const char* address : {"192.0.2.1", "127.0.0.1", "unknown", "no-address"}) {
    const std::string path = std::string("/api/v1/attempts/addresses/") + address;
    EXPECT_EQ(get(path, alice.token).code(), "INSUFFICIENT_PERMISSIONS") << address;
    EXPECT_EQ(call("DELETE", path, {}, alice.token).code(), "INSUFFICIENT_PERMISSIONS") << address;
  }
  EXPECT_EQ(call("DELETE", "/api/v1/users/" + alice.id, {}, alice.token).status, 403);
  EXPECT_EQ(call("PUT", "/api/v1/users/" + alice.id, R"({"status":"Active"})", alice.token).status, 403);
}

TEST_F(UsersTest, check_28_TheSuspendedAreRefusedEverywhere) {
  const Person admin = make_admin("admin@example.com");
  const Person person = sign_up("suspended@example.com");
  ASSERT_EQ(get("/api/v1/auth/verify", person.token).status, 200);  // in the cache now
  const Answer suspended =
      call("PUT", "/api/v1/users/" + person.id, R"({"status":"Suspended"})", admin.token);
  ASSERT_EQ(suspended.status, 200) << suspended.raw.body;
  EXPECT_EQ(suspended.at("data.status"), "Suspended");
  const std::string attempts = "/api/v1/users/" + person.id + "/attempts";
  EXPECT_EQ(call("DELETE", attempts, {}, person.token).code(), "USER_DISABLED");
  for (const char* path : {"/api/v1/auth/me", "/api/v1/auth/verify", "/api/v1/users", attempts.c_str(),
                           "/api/v1/attempts/addresses/192.0.2.1"}) {
    const Answer refused = get(path, person.token);
    EXPECT_EQ(refused.status, 403) << path;
    if (std::string_view(path) != "/api/v1/auth/verify") {
      EXPECT_EQ(refused.code(), "USER_DISABLED");
    }
  }
  const Answer login = log_in(person);
  EXPECT_EQ(login.status, 403);
  EXPECT_EQ(login.code(), "USER_DISABLED");
  EXPECT_EQ(post("/api/v1/auth/refresh", R"({"refreshToken":")" + person.refresh_token + R"("})").status,
            401);

  ASSERT_EQ(call("PUT", "/api/v1/users/" + person.id, R"({"status":"Active"})", admin.token).status, 200);
  EXPECT_EQ(log_in(person).status, 200);
  EXPECT_EQ(get("/api/v1/auth/me", person.token).status, 401) << "the old session stays ended";
}

TEST_F(UsersTest, ProfilesAreChangedAndCleared) {
  const Person person = sign_up("profile@example.com");
  const std::string path = "/api/v1/users/" + person.id;
  const Answer changed = call(
      "PUT", path,
      R"({"fullName":"New Name","phoneNumber":"+14155550123","profileImageUrl":"https://cdn.example.com/p.png"})",
      person.token);
  ASSERT_EQ(changed.status, 200) << changed.raw.body;
  EXPECT_EQ(changed.at("data.fullName"), "New Name");
  EXPECT_EQ(changed.at("data.phoneNumber"), "+14155550123");
  EXPECT_EQ(changed.at("data.profileImageUrl"), "https://cdn.example.com/p.png");
  const Answer cleared = call("PUT", path, R"({"phoneNumber":""})", person.token);
  EXPECT_EQ(cleared.at("data.phoneNumber"), "");
  EXPECT_EQ(cleared.at("data.fullName"), "New Name");
  EXPECT_EQ(
      call("PUT", path, R"({"profileImageUrl":"http://insecure.example.com/p.png"})", person.token).status,
      422);
  EXPECT_EQ(call("PUT", path, R"({"phoneNumber":"nonsense"})", person.token).code(), "INVALID_PHONE_NUMBER");
}

TEST_F(UsersTest, AdministratorsListFilterAndPage) {
  const Person admin = make_admin("boss@example.com");
  for (int i = 0; i < 5; ++i)
    sign_up("user" + std::to_string(i) + "@example.com", i % 2);
  const Answer first = get("/api/v1/users?page=1&limit=4", admin.token);
  ASSERT_EQ(first.status, 200) << first.raw.body;
  EXPECT_EQ(first.at("data.pagination.totalItems"), "6");
  EXPECT_EQ(first.at("data.pagination.totalPages"), "2");
  EXPECT_EQ(first.at("data.pagination.hasNext"), "true");
  EXPECT_EQ(first.at("data.pagination.hasPrevious"), "false");
  const Answer second = get("/api/v1/users?page=2&limit=4", admin.token);
  EXPECT_EQ(second.at("data.pagination.hasNext"), "false");
  EXPECT_EQ(get("/api/v1/users?userType=Vendor", admin.token).at("data.pagination.totalItems"), "2");
  EXPECT_EQ(get("/api/v1/users?userType=1", admin.token).at("data.pagination.totalItems"), "2");
  EXPECT_EQ(get("/api/v1/users?search=USER3", admin.token).at("data.pagination.totalItems"), "1");
  EXPECT_EQ(get("/api/v1/users?limit=101", admin.token).status, 422);
  EXPECT_EQ(get("/api/v1/users?page=0", admin.token).status, 422);
  EXPECT_EQ(get("/api/v1/users?status=Nonsense", admin.token).status, 422);
}

// Every page by the cursor of the one before, while users come and go.
TEST_F(UsersTest, ACursorWalksThroughAllUsers) {
  const Person admin = make_admin("walker@example.com");
  std::set<std::string> all{admin.id};
  std::vector<Person> people;
  for (int i = 0; i < 6; ++i) {
    clock_.advance_wall(10);
    people.push_back(sign_up("walked" + std::to_string(i) + "@example.com", i % 2));
    all.insert(people.back().id);
  }
  for (const int limit : {1, 2, 3, 7, 100}) {
    std::set<std::string> seen;
    std::string path = "/api/v1/users?limit=" + std::to_string(limit);
    std::string cursor;
    int pages = 0;
    do {
      const Answer page = get(cursor.empty() ? path : path + "&after=" + cursor, admin.token);
      ASSERT_EQ(page.status, 200) << page.raw.body;
      EXPECT_EQ(page.at("data.pagination.totalItems"), "7");
      EXPECT_EQ(page.at("data.pagination.page"), cursor.empty() ? "1" : "");
      EXPECT_EQ(page.at("data.pagination.hasPrevious"), cursor.empty() ? "false" : "true");
      for (const std::string& id : ids_of(page))
        EXPECT_TRUE(seen.insert(id).second) << "twice";
      EXPECT_EQ(page.has("data.pagination.nextCursor"), page.at("data.pagination.hasNext") == "true");
      cursor = page.at("data.pagination.nextCursor");
      ++pages;
    } while (!cursor.empty() && pages < 10);
    EXPECT_EQ(seen, all) << limit;
    EXPECT_EQ(pages, (7 + limit - 1) / limit) << "no empty page at the end";
  }
  // A page's cursor goes on behind it, whoever was deleted or has come meanwhile; filters stay what they are.
  const Answer second = get("/api/v1/users?limit=2&page=2&userType=0", admin.token);
  EXPECT_EQ(second.at("data.pagination.hasNext"), "false");
  const Answer first = get("/api/v1/users?limit=2&userType=0", admin.token);
  const std::string next = first.at("data.pagination.nextCursor");
  ASSERT_EQ(call("DELETE", "/api/v1/users/" + ids_of(first).at(1), {}, admin.token).status, 200);
  sign_up("late@example.com");
  const Answer rest = get("/api/v1/users?limit=2&userType=0&after=" + next, admin.token);
  EXPECT_EQ(ids_of(rest), std::vector<std::string>{people[0].id}) << rest.raw.body;
}

TEST_F(UsersTest, ACursorIsReadStrictly) {
  const Person admin = make_admin("strict@example.com");
  sign_up("other@example.com");
  const std::string path = "/api/v1/users?limit=1&after=";
  const std::string good = get("/api/v1/users?limit=1", admin.token).at("data.pagination.nextCursor");
  ASSERT_EQ(get(path + good, admin.token).status, 200);
  ASSERT_EQ(good.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
  const auto encoded = [](std::string_view text) { return toolkit::base64url_encode(text); };
  for (const std::string& bad :
       {std::string(), good + "=", good + "A", std::string("!"), std::string(500, 'A'), encoded("1"),
        encoded("1."), encoded(".x"), encoded("01.x"), encoded("-1.x"), encoded("+1.x"), encoded("1 .x"),
        encoded("99999999999999999999.x"), encoded(std::string_view("1.a\0b", 5)), encoded("1.\xff")}) {
    const Answer refused = get(path + bad, admin.token);
    EXPECT_EQ(refused.status, 422) << bad;
    EXPECT_EQ(refused.code(), "VALIDATION_FAILED") << bad;
  }
  EXPECT_EQ(get(path + good + "&page=1", admin.token).status, 422);
  EXPECT_EQ(get(path + good + "&page=", admin.token).status, 422);
  EXPECT_EQ(get(path + good + "&after=" + good, admin.token).code(), "MALFORMED_REQUEST");
  EXPECT_EQ(get(path + encoded("0.z"), admin.token).at("data.pagination.hasNext"), "false");
}

TEST_F(UsersTest, DeletingFreesTheEmailAndEndsTheSessions) {
  const Person admin = make_admin("deleter@example.com");
  const Person person = sign_up("gone@example.com");
  const Answer deleted = call("DELETE", "/api/v1/users/" + person.id, {}, admin.token);
  ASSERT_EQ(deleted.status, 200) << deleted.raw.body;
  EXPECT_EQ(get("/api/v1/auth/me", person.token).status, 401);
  EXPECT_EQ(log_in(person).status, 401);
  EXPECT_EQ(get("/api/v1/users/" + person.id, admin.token).at("data.status"), "Deleted");
  EXPECT_EQ(call("DELETE", "/api/v1/users/" + person.id, {}, admin.token).code(), "USER_NOT_FOUND");
  const Person again = sign_up("gone@example.com");
  EXPECT_NE(again.id, person.id);
}

TEST_F(UsersTest, AChangedUserTypeEndsTheOldTokens) {
  const Person admin = make_admin("typer@example.com");
  const Person person = sign_up("promoted@example.com");
  ASSERT_EQ(call("PUT", "/api/v1/users/" + person.id, R"({"userType":"Vendor"})", admin.token).status, 200);
  EXPECT_EQ(get("/api/v1/auth/me", person.token).status, 401);
  const Answer login = log_in(person);
  EXPECT_EQ(login.at("data.user.userType"), "Vendor") << login.raw.body;
}

TEST_F(UsersTest, IdsAreTheSameInEitherCase) {
  const Person person = sign_up("upper@example.com");
  std::string upper = person.id;
  for (char& c : upper)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  ASSERT_NE(upper, person.id);
  EXPECT_EQ(get("/api/v1/users/" + upper, person.token).status, 200);
}

TEST_F(UsersTest, QueriesAreReadStrictly) {
  const Person admin = make_admin("admin@example.com");
  for (const char* query : {"?search=%ff", "?search=%c3%28", "?search=%ed%a0%80", "?search=a&search=b"})
    EXPECT_EQ(get(std::string("/api/v1/users") + query, admin.token).code(), "MALFORMED_REQUEST") << query;
  // Who may not ask is told so, whatever is wrong with the question.
  const Person person = sign_up("nobody@example.com");
  EXPECT_EQ(get("/api/v1/users?limit=abc", person.token).status, 403);
}

TEST_F(UsersTest, ABodyWhereNoneMayBeIsRefused) {
  const Person person = sign_up("body@example.com");
  for (const auto& [method, path] : {std::pair("GET", "/api/v1/auth/me"),
                                     {"GET", "/api/v1/live"},
                                     {"DELETE", "/api/v1/users/x"},
                                     {"GET", "/.well-known/jwks.json"}}) {
    const Answer answer = call(method, path, "{}", person.token);
    EXPECT_EQ(answer.status, 400) << path;
    EXPECT_EQ(answer.code(), "MALFORMED_REQUEST") << path;
  }
}

TEST_F(UsersTest, WhatAnAdministratorChangedIsAudited) {
  const Person admin = make_admin("auditor@example.com");
  const Person person = sign_up("audited@example.com");
  const std::string path = "/api/v1/users/" + person.id;
  const auto details = [&] {
    std::vector<std::string> all;
    const auto page = services().store.list_audit({person.id, std::nullopt, 100}, call_context());
    for (const store::AuditEvent& event : page->events) {
      if (event.action != "user.changed") continue;
      EXPECT_EQ(event.actor_id, admin.id);
      all.insert(all.begin(), event.detail.text);
    }
    return all;
  };
  const auto change = [&](const char* body, const std::string& token) {
    clock_.advance_wall(10);
    ASSERT_EQ(call("PUT", path, body, token).status, 200) << body;
  };
  change(R"({"fullName":"Myself"})", person.token);
  EXPECT_EQ(details(), std::vector<std::string>()) << "one's own profile is one's own";
  change(R"({"userType":"Vendor","status":"Active"})", admin.token);
  change(R"({"status":"Suspended"})", admin.token);
  change(R"({"phoneNumber":"+14155550123","fullName":"Other","profileImageUrl":""})", admin.token);
  EXPECT_EQ(details(), (std::vector<std::string>{
                           R"({"changed":["userType","status"],"userType":"Vendor","status":"Active"})",
                           R"({"changed":["status"],"status":"Suspended"})",
                           R"({"changed":["fullName","phoneNumber","profileImageUrl"]})"}));
}

TEST_F(UsersTest, AnAdministratorCannotLockItselfOut) {
  const Person admin = make_admin("only@example.com");
  const std::string self = "/api/v1/users/" + admin.id;
  for (const char* change :
       {R"({"userType":"Buyer"})", R"({"status":"Suspended"})", R"({"status":"Inactive"})"}) {
    const Answer answer = call("PUT", self, change, admin.token);
    EXPECT_EQ(answer.status, 409) << change;
    EXPECT_EQ(answer.code(), "CONSTRAINT_VIOLATION") << change;
  }
  EXPECT_EQ(call("DELETE", self, {}, admin.token).status, 409);
  EXPECT_EQ(call("PUT", self, R"({"fullName":"Only One"})", admin.token).status, 200);
  const Person second = make_admin("second@example.com");
  EXPECT_EQ(call("DELETE", self, {}, second.token).status, 200);
}

// Who else is one is the storage's to say: an administrator's own account is not the only way to none.
TEST_F(UsersTest, TheLastAdministratorStaysWhoeverAsks) {
  const Person admin = make_admin("last@example.com");
  http::Caller operator_;
  operator_.user_id = "command-line";
  operator_.user_type = "Admin";
  const auth::RequestScope scope{call_context(), "local"};
  const auto expect_refused = [&](const auto& outcome, const char* what) {
    ASSERT_FALSE(outcome.ok()) << what;
    EXPECT_EQ(outcome.error().code, http::ErrorCode::ConstraintViolation) << what;
    EXPECT_NE(outcome.error().details.find("last active administrator"), std::string::npos) << what;
  };
  auth::UserChange change;
  change.status = store::UserStatus::Suspended;
  expect_refused(services().users.update(operator_, admin.id, change, scope), "suspended");
  change = {};
  change.user_type = "Buyer";
  expect_refused(services().users.update(operator_, admin.id, change, scope), "another type");
  expect_refused(services().users.remove(operator_, admin.id, scope), "deleted");
  EXPECT_EQ(log_in(admin).status, 200) << "its account at the provider is there still";
  EXPECT_EQ(get("/api/v1/users", admin.token).status, 200) << "and so are its sessions";

  make_admin("second@example.com");
  EXPECT_TRUE(services().users.remove(operator_, admin.id, scope).ok());
  EXPECT_EQ(log_in(admin).status, 401);
}

TEST_F(UsersTest, WhereThereIsNoAdministratorTheOthersAreChangedAsEver) {
  http::Caller operator_;
  operator_.user_id = "command-line";
  operator_.user_type = "Admin";
  const auth::RequestScope scope{call_context(), "local"};
  const Person person = sign_up("somebody@example.com");
  auth::UserChange change;
  change.status = store::UserStatus::Suspended;
  EXPECT_TRUE(services().users.update(operator_, person.id, change, scope).ok());
  EXPECT_TRUE(services().users.remove(operator_, person.id, scope).ok());
}

TEST_F(UsersTest, AdministratorsWhoRemoveEachOtherAtOnceLeaveOneWhoCanSignIn) {
  const std::vector<std::pair<const char*, const char*>> ways{
      {"DELETE", ""}, {"PUT", R"({"userType":"Buyer"})"}, {"PUT", R"({"status":"Suspended"})"}};
  for (int round = 0; round < 12; ++round) {
    const auto& [method, body] = ways[static_cast<std::size_t>(round) % ways.size()];
    const std::string name = std::to_string(round) + "@example.com";
    const std::array<Person, 2> pair{make_admin("one-" + name), make_admin("two-" + name)};
    std::array<int, 2> statuses{};
    std::latch ready(2);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 2; ++i) {
      threads.emplace_back([&, i, method = method, body = body] {
        ready.arrive_and_wait();
        statuses[i] = call(method, "/api/v1/users/" + pair[1 - i].id, body, pair[i].token).status;
      });
    }
    for (std::thread& thread : threads)
      thread.join();
    store::ListUsers admins;
    admins.user_type = "Admin";
    admins.status = store::UserStatus::Active;
    const auto left = services().store.list_users(admins, call_context());
    ASSERT_TRUE(left.ok());
    ASSERT_EQ(left->users.size(), 1U) << method << body << ": " << statuses[0] << " and " << statuses[1];
    const Person& survivor = left->users[0].id == pair[0].id ? pair[0] : pair[1];
    EXPECT_EQ(log_in(survivor).status, 200) << method << body;
    // The next round begins without any.
    store::UpdateUser away;
    away.id = survivor.id;
    away.user_type = "Buyer";
    away.now_ms = clock_.wall_ms();
    ASSERT_TRUE(services().store.update_user(away, call_context()).ok());
  }
}

}  // namespace
}  // namespace gateway::testing
