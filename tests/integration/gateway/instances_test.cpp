// Two gateways on one storage: what one revokes the other must know, although it has the token in its cache.
#include <chrono>
#include <functional>
#include <thread>

#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {
namespace {

constexpr int kMostSessions = 3;

class InstancesTest : public GatewayFixture {
 protected:
  void SetUp() override {
    app::Settings settings = default_settings();
    if (settings.plugins.front().name == "memory") GTEST_SKIP() << "memory is not shared between gateways";
    // Longer than the test: only news from the other instance can end an entry.
    settings.tokens.verified_cache_s = 3600;
    settings.tokens.max_sessions_per_user = kMostSessions;
    other_ = std::make_unique<app::Application>(
        settings, plugin::HostContext{logger_, clock_, random_, other_metrics_});
    start(settings);
    ASSERT_TRUE(other_->start().empty());
  }
  void TearDown() override {
    if (other_) other_->stop();
  }

  Answer verify_at_other(const std::string& token) {
    ask(other_->port());
    Answer answer = get("/api/v1/auth/verify", token);
    ask(0);
    return answer;
  }
  // A second is what is promised; a machine that is busy with other things gets a few.
  bool soon(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
  }

  runtime::Metrics other_metrics_;
  std::unique_ptr<app::Application> other_;
};

TEST_F(InstancesTest, check_19_WhatOneRevokesTheOtherForgets) {
  const Person admin = make_admin("admin@example.com");
  const Person leaving = sign_up("leaving@example.com");
  const Person suspended = sign_up("suspended@example.com");
  const Person staying = sign_up("staying@example.com");
  for (const Person* person : {&leaving, &suspended, &staying})
    ASSERT_EQ(verify_at_other(person->token).status, 200);

  ASSERT_EQ(post("/api/v1/auth/logout", "{}", leaving.token).status, 200);
  ASSERT_EQ(call("PUT", "/api/v1/users/" + suspended.id, R"({"status":"Suspended"})", admin.token).status,
            200);
  EXPECT_TRUE(soon([&] { return verify_at_other(leaving.token).status == 401; }));
  EXPECT_TRUE(soon([&] { return verify_at_other(suspended.token).status == 403; }));
  EXPECT_EQ(verify_at_other(staying.token).status, 200);
  EXPECT_NE(other_metrics_.expose().find("gateway_revocations_seconds_behind"), std::string::npos);
}

TEST_F(InstancesTest, check_19_ASessionThatGaveWayIsForgottenByBoth) {
  const Person person = sign_up("many@example.com");
  ASSERT_EQ(get("/api/v1/auth/verify", person.token).status, 200);
  ASSERT_EQ(verify_at_other(person.token).status, 200);
  std::string newest;
  for (int i = 0; i < kMostSessions; ++i) {
    clock_.advance_wall(10);
    newest = log_in(person).at("data.idToken");
  }
  EXPECT_EQ(get("/api/v1/auth/verify", person.token).status, 401) << "at once where it was pushed out";
  EXPECT_TRUE(soon([&] { return verify_at_other(person.token).status == 401; }));
  EXPECT_EQ(verify_at_other(newest).status, 200);
}

TEST_F(InstancesTest, TokensOfOneAreGoodAtTheOther) {
  const Person person = sign_up("both@example.com");
  ask(other_->port());
  EXPECT_EQ(get("/api/v1/auth/me", person.token).status, 200);
  const Answer refreshed =
      post("/api/v1/auth/refresh", R"({"refreshToken":")" + person.refresh_token + R"("})");
  ASSERT_EQ(refreshed.status, 200) << refreshed.raw.body;
  ask(0);
  // A retry at the first instance gets the successor that the second one gave.
  const Answer again = post("/api/v1/auth/refresh", R"({"refreshToken":")" + person.refresh_token + R"("})");
  EXPECT_EQ(again.at("data.refreshToken"), refreshed.at("data.refreshToken"));
}

}  // namespace
}  // namespace gateway::testing
