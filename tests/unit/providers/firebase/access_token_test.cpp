// The access token of the service account.
#include <future>

#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

class FirebaseAccess : public FirebaseTest {
 protected:
  void SetUp() override { run(); }
  Result<AuthenticationOutcome> ask(std::int64_t within_ms = 60'000) {
    return provider().get_account(GetAccount{"nobody"}, context(within_ms));
  }
  int token_fetches() const {
    int count = 0;
    for (const auto& fetch : fetched())
      count += fetch.url == FakeGoogle::kTokenUri ? 1 : 0;
    return count;
  }
};

TEST_F(FirebaseAccess, one_token_serves_until_five_minutes_before_its_end) {
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(name_of_outcome(ask()), "wrong_credentials");
  EXPECT_EQ(token_fetches(), 1);
  host_.advance_ms((3'599 - 300) * 1'000 - 1);
  EXPECT_EQ(name_of_outcome(ask()), "wrong_credentials");
  EXPECT_EQ(token_fetches(), 1);
  host_.advance_ms(1);
  EXPECT_EQ(name_of_outcome(ask()), "wrong_credentials");
  EXPECT_EQ(token_fetches(), 2);
}

TEST_F(FirebaseAccess, the_probe_fetches_so_that_no_request_has_to) {
  probe();
  EXPECT_EQ(token_fetches(), 1);
  host_.advance_ms(3'400'000);
  probe();
  EXPECT_EQ(token_fetches(), 2);
  EXPECT_EQ(name_of_outcome(ask()), "wrong_credentials");
  EXPECT_EQ(token_fetches(), 2);
}

TEST_F(FirebaseAccess, a_failed_refresh_costs_nobody_anything_while_the_token_lives) {
  EXPECT_EQ(name_of_outcome(ask()), "wrong_credentials");
  google_.answer_next(1'000, {503, {}, ""}, "/token");
  host_.advance_ms(3'400'000);
  EXPECT_EQ(name_of_outcome(ask()), "wrong_credentials");
  EXPECT_EQ(name_of_outcome(ask()), "wrong_credentials");
  EXPECT_EQ(token_fetches(), 2) << "and is not repeated at once";
  host_.advance_ms(190'000);
  const auto late = ask();
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().kind, ErrorKind::Unavailable);
}

TEST_F(FirebaseAccess, many_at_once_share_one_fetch) {
  std::promise<void> inside;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  google_.before_each([&](const std::string& target) {
    if (target != "/token") return;
    inside.set_value();  // throws when it comes twice
    released.wait();
  });
  std::vector<std::future<Result<AuthenticationOutcome>>> all;
  const auto one = [&] { return ask(); };
  all.push_back(std::async(std::launch::async, one));
  inside.get_future().wait();
  constexpr int kMore = 10;
  for (int i = 0; i < kMore; ++i)
    all.push_back(std::async(std::launch::async, one));
  constexpr int kWaiting = 4;
  int refused = 0;
  while (refused < kMore - kWaiting) {  // they come back while the fetch still hangs
    refused = 0;
    for (const auto& caller : all)
      refused += caller.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready ? 1 : 0;
  }
  release.set_value();
  int served = 0;
  for (auto& caller : all) {
    const auto outcome = caller.get();
    served += outcome.ok() ? 1 : 0;
    if (!outcome.ok()) {
      EXPECT_EQ(outcome.error().kind, ErrorKind::Unavailable);
    }
  }
  EXPECT_EQ(served, 1 + kWaiting);
  EXPECT_EQ(token_fetches(), 1);
  google_.before_each({});
}

// The one who fetched had no time left; those who waited have, and Google is there.
TEST_F(FirebaseAccess, a_hurried_caller_spoils_it_for_nobody) {
  std::promise<void> inside;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<bool> first{true};
  google_.before_each([&](const std::string& target) {
    if (target != "/token" || !first.exchange(false)) return;
    inside.set_value();
    released.wait();
    set_late(true);
  });
  auto hurried = std::async(std::launch::async, [&] { return ask(); });
  inside.get_future().wait();
  auto waiting = std::async(std::launch::async, [&] { return ask(); });
  release.set_value();
  const auto late = hurried.get();
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().kind, ErrorKind::DeadlineExceeded);
  EXPECT_EQ(name_of_outcome(waiting.get()), "wrong_credentials");
  EXPECT_EQ(name_of_outcome(ask()), "wrong_credentials");
  google_.before_each({});
}

TEST_F(FirebaseAccess, a_token_that_google_has_forgotten_is_replaced_once) {
  EXPECT_EQ(name_of_outcome(ask()), "wrong_credentials");
  google_.forget_access_tokens();
  EXPECT_EQ(name_of_outcome(ask()), "wrong_credentials");
  EXPECT_EQ(token_fetches(), 2);
  google_.answer_next(10, {401, {}, R"({"error":{"message":"UNAUTHENTICATED"}})"}, "accounts:lookup");
  const auto refused = ask();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(token_fetches(), 3) << "not for ever";
}

TEST_F(FirebaseAccess, a_refused_service_account_is_an_error_with_googles_word) {
  google_.answer_next(
      1, {400, {}, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})"}, "/token");
  const auto outcome = ask();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().kind, ErrorKind::Unavailable);
  EXPECT_NE(outcome.error().detail.find("INVALID_GRANT"), std::string::npos);
}

TEST_F(FirebaseAccess, an_answer_without_a_token_is_an_error) {
  for (const std::string body :
       {"", "{}", R"({"access_token":"","expires_in":3599})", R"({"access_token":"x","expires_in":0})",
        R"({"access_token":"x","expires_in":-5})", R"({"access_token":"x","expires_in":"3599"})"}) {
    google_.answer_next(1, {200, {}, body}, "/token");
    EXPECT_FALSE(ask().ok()) << body;
    host_.advance_ms(2'000);
  }
  EXPECT_TRUE(ask().ok());
}

}  // namespace
}  // namespace gateway::firebase
