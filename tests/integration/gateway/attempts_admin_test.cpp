// Check 25: administrators see and clear what counts against an account or an address.
#include "tests/integration/gateway/attempts_fixture.hpp"

namespace gateway::testing {
namespace {

class AttemptsAdminTest : public AttemptsFixture {};

TEST_F(AttemptsAdminTest, check_25_AdministratorsSeeAndClearWhatCounts) {
  start(settings());
  const Person admin = make_admin("admin@example.com");
  const Person person = sign_up("person@example.com");
  const std::string path = "/api/v1/users/" + person.id + "/attempts";
  fail(person.email, 10);

  const Answer seen = get(path, admin.token);
  ASSERT_EQ(seen.status, 200) << seen.raw.body;
  EXPECT_EQ(seen.at("data.login.failures"), "10");
  EXPECT_GT(std::stoi(seen.at("data.login.retryAfterSeconds")), 40);
  EXPECT_EQ(seen.at("data.mail.failures"), "0");
  EXPECT_EQ(seen.at("data.phone"), "") << "it has no number";
  EXPECT_EQ(get("/api/v1/users/00000000-0000-7000-8000-000000000000/attempts", admin.token).status, 404);

  EXPECT_EQ(call("DELETE", path, {}, admin.token).status, 200);
  EXPECT_EQ(get(path, admin.token).at("data.login.failures"), "0");
  EXPECT_EQ(enter(person, kAttacker).status, 200);
  EXPECT_EQ(audited("attempts.cleared"), 1);
}

TEST_F(AttemptsAdminTest, check_25_AdministratorsSeeAndClearWhatCountsAgainstAnAddress) {
  app::Settings few = settings();
  few.attempts.address = {5, 60, 300, 3600};
  start(std::move(few));
  const Person admin = make_admin("admin@example.com");
  const auto path = [](const std::string& address) { return "/api/v1/attempts/addresses/" + address; };
  const std::string attacker = "2001:db8:0:7::99";
  for (int i = 0; i < 5; ++i)
    fail("victim" + std::to_string(i) + "@example.com", 1, attacker);
  expect_held_up(guess("victim9@example.com", attacker));
  fail("other@example.com", 2, kHome);

  // Any address of the /64 is the one that counts, and so is any spelling of it.
  for (const char* spelling : {"2001:db8:0:7::1", "2001:0DB8:0000:0007:ffff::1"}) {
    const Answer seen = get(path(spelling), admin.token);
    ASSERT_EQ(seen.status, 200) << seen.raw.body;
    EXPECT_EQ(seen.at("data.address"), "2001:db8:0:7::/64");
    EXPECT_EQ(seen.at("data.login.failures"), "5");
    EXPECT_GT(std::stoi(seen.at("data.login.retryAfterSeconds")), 40);
    EXPECT_EQ(seen.at("data.messages.failures"), "0");
  }
  EXPECT_EQ(get(path("2001:db8:0:8::99"), admin.token).at("data.login.failures"), "0");
  EXPECT_EQ(get(path("::ffff:198.51.100.7"), admin.token).at("data.address"), kHome);
  EXPECT_EQ(get(path(kHome), admin.token).at("data.login.failures"), "2");
  for (const char* no_address : {"2001:db8::1%25eth0", "198.51.100", "198.51.100.007", "%5B::1%5D", "nobody"})
    EXPECT_EQ(get(path(no_address), admin.token).code(), "VALIDATION_FAILED") << no_address;

  EXPECT_EQ(call("DELETE", path("nobody"), {}, admin.token).status, 422);
  EXPECT_EQ(audited("attempts.address_cleared"), 0) << "nothing was";
  EXPECT_EQ(call("DELETE", path("2001:db8:0:7::1"), {}, admin.token).status, 200);
  EXPECT_EQ(get(path(attacker), admin.token).at("data.login.failures"), "0");
  EXPECT_EQ(get(path(attacker), admin.token).at("data.login.retryAfterSeconds"), "0");
  EXPECT_EQ(get(path(kHome), admin.token).at("data.login.failures"), "2") << "and of no other address";
  EXPECT_EQ(status_of(AttemptKind::Password, "victim0@example.com").failures, 1) << "nor of an account";
  fail("victim9@example.com", 1, attacker);

  store::ListAudit list;
  list.limit = 1000;
  const auto page = services().store.list_audit(list, call_context());
  ASSERT_TRUE(page.ok());
  const auto cleared = std::find_if(page->events.begin(), page->events.end(), [](const auto& event) {
    return event.action == "attempts.address_cleared";
  });
  ASSERT_NE(cleared, page->events.end());
  EXPECT_EQ(cleared->actor_id, admin.id);
  EXPECT_NE(cleared->detail.text.find("2001:db8:0:7::/64"), std::string::npos) << cleared->detail.text;
}

TEST_F(AttemptsAdminTest, check_25_AskingForMailsCountsApartAndIsClearedToo) {
  start(settings());
  const Person admin = make_admin("admin@example.com");
  const std::string path = std::string("/api/v1/attempts/addresses/") + kAttacker;
  const auto ask_for = [&](std::string_view address, const char* account) {
    return services().attempts.guard(AttemptKind::Mail, account, auth::RequestScope{call_context(), address},
                                     []() -> http::Outcome<Done> { return Done{}; });
  };
  EXPECT_TRUE(ask_for(kAttacker, "a@example.com").ok());
  EXPECT_TRUE(ask_for(kAttacker, "b@example.com").ok());
  EXPECT_TRUE(ask_for("", "c@example.com").ok());
  Answer seen = get(path, admin.token);
  EXPECT_EQ(seen.at("data.messages.failures"), "2");
  EXPECT_EQ(seen.at("data.login.failures"), "0");
  seen = get("/api/v1/attempts/addresses/unknown", admin.token);
  EXPECT_EQ(seen.at("data.address"), "unknown");
  EXPECT_EQ(seen.at("data.messages.failures"), "1");
  EXPECT_EQ(call("DELETE", "/api/v1/attempts/addresses/unknown", {}, admin.token).status, 200);
  EXPECT_EQ(get("/api/v1/attempts/addresses/unknown", admin.token).at("data.messages.failures"), "0");
  EXPECT_EQ(get(path, admin.token).at("data.messages.failures"), "2");
}

// Port 1 is nobody's: the shared counters have been away from the beginning.
TEST_F(AttemptsAdminTest, check_37_WhoCannotClearIsToldThatItIsTheCounters) {
  app::Settings away = settings();
  away.plugins.push_back({PluginKind::Counters, "redis", "redis", std::nullopt,
                          R"({"ConnectionString":"redis://127.0.0.1:1"})"});
  start(std::move(away));
  const Person admin = make_admin("admin@example.com");
  const Person person = sign_up("person@example.com");
  fail(person.email, 10);
  expect_held_up(guess(person.email));
  for (const std::string& path :
       {"/api/v1/users/" + person.id + "/attempts", std::string("/api/v1/attempts/addresses/") + kAttacker}) {
    EXPECT_EQ(get(path, admin.token).at("data.login.failures"), "10");
    const Answer answer = call("DELETE", path, {}, admin.token);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.code(), "OVERLOADED");
    EXPECT_NE(answer.at("error.message").find("shared attempt counters"), std::string::npos)
        << answer.raw.body;
    EXPECT_EQ(answer.raw.body.find("atabase"), std::string::npos) << answer.raw.body;
    EXPECT_GT(wait_of(answer), 0);
    EXPECT_EQ(answer.at("error.retryAfter"), answer.raw.header("Retry-After"));
    EXPECT_EQ(get(path, admin.token).at("data.login.failures"), "10") << "nor is it for some";
  }
  expect_held_up(guess(person.email));
  EXPECT_EQ(audited("attempts.cleared") + audited("attempts.address_cleared"), 0);
}

}  // namespace
}  // namespace gateway::testing
