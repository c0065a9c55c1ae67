// Refresh tokens: rotation, reuse, grace, many at once.
#include <set>
#include <thread>

#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {
namespace {

class RefreshTest : public GatewayFixture {
 protected:
  void SetUp() override { start(); }
  Answer refresh(const std::string& token) {
    return post("/api/v1/auth/refresh", R"({"refreshToken":")" + token + R"("})");
  }
};

TEST_F(RefreshTest, check_13_ReuseOfAnOldTokenRevokesTheFamily) {
  const Person person = sign_up("reuse@example.com");
  const std::string second = refresh(person.refresh_token).at("data.refreshToken");
  const Answer third = refresh(second);
  ASSERT_EQ(third.status, 200);
  // The first token again, after its grace time: somebody has a copy.
  clock_.advance_wall(31'000);
  EXPECT_EQ(refresh(person.refresh_token).code(), "INVALID_TOKEN");
  EXPECT_EQ(refresh(third.at("data.refreshToken")).code(), "INVALID_TOKEN");
  EXPECT_EQ(get("/api/v1/auth/me", third.at("data.idToken")).status, 401);
}

TEST_F(RefreshTest, AReusedTokenIsAuditedOnce) {
  const Person person = sign_up("audited@example.com");
  const std::string second = refresh(person.refresh_token).at("data.refreshToken");
  ASSERT_EQ(refresh(second).status, 200);
  clock_.advance_wall(31'000);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(refresh(person.refresh_token).status, 401);
    clock_.advance_wall(10);
  }
  const auto page = services().store.list_audit({person.id, std::nullopt, 100}, call_context());
  ASSERT_TRUE(page.ok());
  std::vector<store::AuditEvent> reuses;
  for (const store::AuditEvent& event : page->events) {
    if (event.action == "refresh_token.reused") reuses.push_back(event);
  }
  ASSERT_EQ(reuses.size(), 1U) << "who repeats it cannot flood the log";
  EXPECT_EQ(reuses[0].client_address, "127.0.0.1");
  EXPECT_FALSE(reuses[0].request_id.empty());
  EXPECT_NE(reuses[0].detail.text.find(R"("session":")"), std::string::npos) << reuses[0].detail.text;
  EXPECT_EQ(reuses[0].detail.text.find(person.refresh_token), std::string::npos);
}

TEST_F(RefreshTest, check_14_ALostAnswerCanBeAskedForAgain) {
  const Person person = sign_up("lost@example.com");
  const Answer first = refresh(person.refresh_token);
  const Answer again = refresh(person.refresh_token);
  ASSERT_EQ(again.status, 200) << again.raw.body;
  EXPECT_EQ(again.at("data.refreshToken"), first.at("data.refreshToken"));
  EXPECT_EQ(refresh(first.at("data.refreshToken")).status, 200);
}

TEST_F(RefreshTest, check_14_ClientsThatShareATokenEndUpWithTheSameOne) {
  const Person person = sign_up("tabs@example.com");
  const Answer first = refresh(person.refresh_token);
  const Answer second = refresh(first.at("data.refreshToken"));
  ASSERT_EQ(second.status, 200);
  // Another tab comes late with the first token, then with the one between.
  for (const std::string& token : {person.refresh_token, first.at("data.refreshToken")}) {
    const Answer late = refresh(token);
    ASSERT_EQ(late.status, 200) << late.raw.body;
    EXPECT_EQ(late.at("data.refreshToken"), second.at("data.refreshToken"));
  }
  EXPECT_EQ(refresh(second.at("data.refreshToken")).status, 200);
}

TEST_F(RefreshTest, check_14_AfterTheGraceTimeARetryIsReuse) {
  const Person person = sign_up("late@example.com");
  const Answer first = refresh(person.refresh_token);
  clock_.advance_wall(31'000);
  EXPECT_EQ(refresh(person.refresh_token).status, 401);
  EXPECT_EQ(refresh(first.at("data.refreshToken")).status, 401);
}

TEST_F(RefreshTest, check_14_ManyAtOnceGetOneSuccessor) {
  const Person person = sign_up("many@example.com");
  constexpr int kClients = 16;
  std::vector<Answer> answers(kClients);
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] { answers[static_cast<std::size_t>(i)] = refresh(person.refresh_token); });
  }
  for (std::thread& client : clients)
    client.join();
  std::set<std::string> successors;
  for (const Answer& answer : answers) {
    EXPECT_EQ(answer.status, 200) << answer.raw.body;
    successors.insert(answer.at("data.refreshToken"));
  }
  EXPECT_EQ(successors.size(), 1U);
  EXPECT_EQ(refresh(*successors.begin()).status, 200);
}

TEST_F(RefreshTest, check_13_SessionsEndHoweverOftenTheyAreRefreshed) {
  const Person person = sign_up("absolute@example.com");
  std::string token = person.refresh_token;
  constexpr std::int64_t kTenDaysMs = 10LL * 24 * 3600 * 1000;
  for (int i = 0; i < 2; ++i) {
    clock_.advance_wall(kTenDaysMs);
    const Answer answer = refresh(token);
    ASSERT_EQ(answer.status, 200) << i;
    token = answer.at("data.refreshToken");
  }
  clock_.advance_wall(kTenDaysMs);
  EXPECT_EQ(refresh(token).status, 401);
}

TEST_F(RefreshTest, check_19_ASessionThatGaveWayEndsAtOnce) {
  app::Settings settings = default_settings();
  settings.tokens.verified_cache_s = 3600;
  settings.tokens.max_sessions_per_user = 2;
  stop();
  start(settings);
  const Person person = sign_up("many@example.com");
  ASSERT_EQ(get("/api/v1/auth/verify", person.token).status, 200);
  clock_.advance_wall(10);
  const std::string second = log_in(person).at("data.idToken");
  clock_.advance_wall(10);
  ASSERT_EQ(log_in(person).status, 200);
  EXPECT_EQ(get("/api/v1/auth/verify", person.token).status, 401) << "although it was verified lately";
  EXPECT_EQ(refresh(person.refresh_token).status, 401);
  EXPECT_EQ(get("/api/v1/auth/verify", second).status, 200);
}

TEST_F(RefreshTest, AnIdleSessionEnds) {
  const Person person = sign_up("idle@example.com");
  clock_.advance_wall(15LL * 24 * 3600 * 1000);
  EXPECT_EQ(refresh(person.refresh_token).status, 401);
}

TEST_F(RefreshTest, NonsenseIsRefused) {
  EXPECT_EQ(refresh("nonsense").code(), "INVALID_TOKEN");
  EXPECT_EQ(refresh(std::string(43, 'A')).code(), "INVALID_TOKEN");
  EXPECT_EQ(post("/api/v1/auth/refresh", "{}").code(), "MISSING_REQUIRED_FIELD");
  EXPECT_EQ(post("/api/v1/auth/refresh", R"({"refreshToken":5})").code(), "MALFORMED_REQUEST");
}

}  // namespace
}  // namespace gateway::testing
