// Google is away, hangs, has enough of us, or says what nobody knows: what the API answers, and what goes on.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <iostream>
#include <memory>
#include <mutex>
#include <thread>

#include "tests/integration/firebase/firebase_gateway.hpp"

namespace gateway::testing {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kRequestTimeout{2500};
constexpr milliseconds kSlack{500};  // what a busy machine may add
constexpr std::size_t kProviderThreads = 4;

class FirebaseOutage : public FirebaseGateway {
 protected:
  app::Settings settings(const std::string& more = "") const {
    app::Settings settings = firebase_settings(more);
    settings.server.request_timeout = kRequestTimeout;
    settings.outbound.total_timeout_ms = 1500;
    settings.workers.provider_threads = kProviderThreads;
    settings.workers.blocking_threads = 4;
    return settings;
  }
  void google_is_away() {
    google_is(OriginFault::CloseWithoutAnswer);
    origin_.close_connections();
  }
  std::string firebase_in_health() {
    const Answer answer = get("/api/v1/health");
    EXPECT_EQ(answer.status, 200) << answer.raw.body;
    EXPECT_EQ(answer.at("status"), answer.at("firebase") == "connected" ? "healthy" : "degraded");
    return answer.at("firebase");
  }
  static void expect_away(const Answer& answer, const char* code = "FIREBASE_AUTH_FAILED") {
    EXPECT_EQ(answer.status, 503) << answer.raw.body;
    EXPECT_EQ(answer.code(), code) << answer.raw.body;
    EXPECT_FALSE(answer.raw.header("Retry-After").empty());
    EXPECT_EQ(answer.at("error.retryAfter"), answer.raw.header("Retry-After"));
  }
  void google_says(int status, const std::string& body, FakeGoogle::Headers headers = {}) {
    google_.answer_next(1, {status, std::move(headers), body}, "signInWithPassword");
  }
  // How long a request takes that has to be answered with that status.
  milliseconds time_of(const std::string& path, const std::string& token, int status = 200) {
    const auto begin = SteadyClock::now();
    const Answer answer = get(path, token);
    EXPECT_EQ(answer.status, status) << path << " " << answer.raw.body;
    return std::chrono::duration_cast<milliseconds>(SteadyClock::now() - begin);
  }
};

// Two signature checks at a time are enough where nobody is waited for. Where Google is asked about each
// token they would be two requests at a time.
TEST_F(FirebaseOutage, TokensThatGoogleIsAskedAboutWaitBesideEachOther) {
  constexpr int kTokens = 3;
  app::Settings settings = this->settings(R"(,"CheckRevoked":true)");
  settings.workers.fast_threads = 2;
  start(settings);
  std::vector<std::string> tokens;
  for (int i = 0; i < kTokens; ++i)
    tokens.push_back(token_of(add_person("zoe" + std::to_string(i) + "@example.com").email));
  struct Meeting {
    std::mutex mutex;
    std::condition_variable changed;
    int present = 0;
  };
  const auto meeting = std::make_shared<Meeting>();
  google_.before_each([meeting](const std::string& target) {
    if (target.find("accounts:lookup") == std::string::npos) return;
    std::unique_lock lock(meeting->mutex);
    ++meeting->present;
    meeting->changed.notify_all();
    meeting->changed.wait_for(lock, std::chrono::seconds(10), [&] { return meeting->present >= kTokens; });
  });
  std::vector<std::thread> clients;
  for (const std::string& token : tokens)
    clients.emplace_back([this, token] { EXPECT_EQ(verify(token).status, 200); });
  for (std::thread& client : clients)
    client.join();
  google_.before_each({});
}

TEST_F(FirebaseOutage, check_37_AwayAndBack) {
  start(settings());
  add_person("zoe@example.com");
  const std::string token = token_of("zoe@example.com");
  ASSERT_EQ(verify(token).status, 200);
  EXPECT_EQ(firebase_in_health(), "connected");

  google_is_away();
  expect_away(log_in_as("zoe@example.com"));
  expect_away(sign_up_as("late@example.com"));
  expect_away(post("/api/v1/auth/refresh", R"({"refreshToken":"some-token"})"));
  EXPECT_EQ(verify(token).status, 200) << "a known token";
  EXPECT_EQ(me(google_.id_token(add_person("client@example.com").local_id)).status, 200)
      << "a token that was never seen, by a key that is known";
  EXPECT_TRUE(soon([&] { return firebase_in_health() == "disconnected"; })) << "not noticed";
  EXPECT_EQ(get("/api/v1/ready").status, 200) << "another instance would do no better";
  expect_away(post("/api/v1/auth/forgot-password", R"({"email":"zoe@example.com"})"));

  google_is(OriginFault::None);
  EXPECT_TRUE(soon([&] { return firebase_in_health() == "connected"; }, 15'000)) << "not back";
  EXPECT_EQ(log_in_as("zoe@example.com").status, 200);
  EXPECT_EQ(google_.count("signUp"), 0);
}

TEST_F(FirebaseOutage, check_37_ACertificateThatIsNotGooglesIsNoGoogle) {
  const TestAuthority somebody;
  HttpsOrigin impostor([](const OriginRequest&) { return OriginReply{}; },
                       somebody.issue("DNS:localhost,IP:127.0.0.1"));
  app::Settings settings = this->settings();
  for (app::PluginChoice& choice : settings.plugins) {
    std::string& text = choice.config_json;
    const std::string here = origin_.url("");
    for (std::size_t at = text.find(here); at != std::string::npos; at = text.find(here, at + 1))
      text.replace(at, here.size(), impostor.url(""));
  }
  start(std::move(settings));
  expect_away(log_in_as("zoe@example.com"));
  EXPECT_EQ(impostor.requests(), 0) << "the password was sent to somebody else";
  EXPECT_EQ(firebase_in_health(), "disconnected");
}

TEST_F(FirebaseOutage, check_32_QuotasAreToldWithATime) {
  start(settings());
  add_person("zoe@example.com");
  google_says(429, R"({"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED"}})",
              {{"Retry-After", "17"}});
  const Answer quota = log_in_as("zoe@example.com");
  expect_away(quota, "OVERLOADED");
  EXPECT_EQ(quota.raw.header("Retry-After"), "17");
  google_says(400, R"({"error":{"code":400,"message":"TOO_MANY_ATTEMPTS_TRY_LATER : Access disabled"}})");
  const Answer throttled = log_in_as("zoe@example.com");
  EXPECT_EQ(throttled.status, 429);
  EXPECT_EQ(throttled.code(), "TOO_MANY_ATTEMPTS");
  EXPECT_FALSE(throttled.raw.header("Retry-After").empty());
  EXPECT_EQ(log_in_as("zoe@example.com").status, 200);
}

TEST_F(FirebaseOutage, WhatNobodyKnowsIsAFaultOfFirebaseAndItsCodeIsInTheLog) {
  start(settings());
  add_person("zoe@example.com");
  google_says(400, R"({"error":{"code":400,"message":"SOMETHING_NEW : about private-detail"}})");
  const Answer answer = log_in_as("zoe@example.com");
  expect_away(answer);
  EXPECT_EQ(answer.raw.body.find("SOMETHING_NEW"), std::string::npos);
  EXPECT_NE(logger_.text().find("SOMETHING_NEW"), std::string::npos);
  EXPECT_EQ(logger_.text().find("private-detail"), std::string::npos);
  google_says(500, "<html>sorry</html>");
  expect_away(log_in_as("zoe@example.com"));
  EXPECT_NE(logger_.text().find("500"), std::string::npos);
  google_says(200, "<html>a portal</html>");
  expect_away(log_in_as("zoe@example.com"));
  google_says(200, "{}");
  expect_away(log_in_as("zoe@example.com"));
  EXPECT_EQ(log_in_as("zoe@example.com").status, 200);
}

TEST_F(FirebaseOutage, check_37_AHangingGoogleTakesTheProvidersWorkersAndNobodyElses) {
  start(settings());
  add_person("zoe@example.com");
  const Person admin = make_admin("admin@example.com");
  const std::string token = token_of("zoe@example.com");
  const std::string id = me(token).at("data.id");
  ASSERT_EQ(verify(token).status, 200);

  google_is(OriginFault::Hang, "signInWithPassword");
  const int asked = origin_.requests();
  constexpr int kLogins = 3 * kProviderThreads;
  std::atomic<int> of_firebase{0};
  std::atomic<int> ended{0};
  std::vector<std::thread> logins;
  logins.reserve(kLogins);
  for (int i = 0; i < kLogins; ++i) {
    logins.emplace_back([&] {
      const auto begin = SteadyClock::now();
      const Answer answer = log_in_as("zoe@example.com");
      EXPECT_EQ(answer.status, 503) << answer.raw.body;
      EXPECT_FALSE(answer.raw.header("Retry-After").empty()) << answer.raw.body;
      EXPECT_LE(SteadyClock::now() - begin, kRequestTimeout + kSlack);
      of_firebase += answer.code() == "FIREBASE_AUTH_FAILED" ? 1 : 0;
      ++ended;
    });
  }
  EXPECT_TRUE(origin_.wait_requests(asked + static_cast<int>(kProviderThreads)));
  milliseconds slowest{0};
  int rounds = 0;
  while (ended == 0) {
    for (const std::string& path :
         {std::string("/api/v1/auth/verify"), std::string("/api/v1/auth/me"), "/api/v1/users/" + id})
      slowest = std::max(slowest, time_of(path, token));
    slowest = std::max(slowest, time_of("/api/v1/users", admin.token));
    const FakeAccount new_here = add_person("new-" + std::to_string(rounds) + "@example.com");
    slowest = std::max(slowest, time_of("/api/v1/auth/verify", google_.id_token(new_here.local_id)));
    ++rounds;
  }
  for (std::thread& login : logins)
    login.join();
  std::cout << rounds << " rounds of forward-auth and users while " << kLogins
            << " logins hung, the slowest request " << slowest.count() << " ms\n";
  EXPECT_GE(rounds, 3);
  EXPECT_LT(slowest, kSlack);
  EXPECT_GE(of_firebase, static_cast<int>(kProviderThreads));
  google_is(OriginFault::None);
  EXPECT_TRUE(soon([&] { return log_in_as("zoe@example.com").status == 200; })) << "not back";
}

}  // namespace
}  // namespace gateway::testing
