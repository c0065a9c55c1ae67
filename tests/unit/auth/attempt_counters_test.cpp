// The counts of one process.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "attempt_samples.hpp"
#include "core/auth/local_attempt_counters.hpp"

namespace gateway::auth {
namespace {

class LocalAttemptCountersTest : public ::testing::Test {
 protected:
  BegunAttempt begin(const std::string& key = "key", const std::string& trusted = {},
                     const AttemptRule& rule = kRule) {
    return *counters_.begin({key, trusted, rule}, kCall);
  }
  void settle(AttemptOutcome outcome, const std::string& key = "key", const std::string& trusted = {},
              std::int64_t trust_ms = 0) {
    ASSERT_TRUE(counters_.settle({key, trusted, outcome, trust_ms, kRule}, kCall).ok());
  }
  AttemptState state(const std::string& key = "key") { return *counters_.get(key, kCall); }

  HandClock clock_;
  runtime::SystemRandom random_;
  LocalAttemptCounters counters_{1000, clock_, random_};
};

TEST_F(LocalAttemptCountersTest, check_25_TheFreeOnesAreLetThroughAndTheNextWaits) {
  for (int i = 1; i <= 3; ++i) {
    const BegunAttempt begun = begin();
    EXPECT_TRUE(begun.allowed) << i;
    EXPECT_EQ(begun.failures, i);
  }
  const BegunAttempt refused = begin();
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_in_ms, kSecond);
  EXPECT_EQ(refused.failures, 3);
  EXPECT_TRUE(begin("another").allowed);
}

TEST_F(LocalAttemptCountersTest, check_25_WhatIsRefusedChangesNothing) {
  for (int i = 0; i < 3; ++i)
    begin();
  clock_.advance(kSecond - 1);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(begin().retry_in_ms, 1);
  EXPECT_EQ(state().failures, 3);
  clock_.advance(1);
  EXPECT_TRUE(begin().allowed);
  EXPECT_EQ(state().retry_in_ms, 2 * kSecond);
}

TEST_F(LocalAttemptCountersTest, check_25_TheWaitNeverGrowsPastTheLongest) {
  for (int i = 0; i < 100; ++i) {
    clock_.advance(8 * kSecond);
    ASSERT_TRUE(begin().allowed) << i;
  }
  EXPECT_EQ(state().failures, 100);
  EXPECT_EQ(state().retry_in_ms, 8 * kSecond);
}

TEST_F(LocalAttemptCountersTest, SuccessForgets) {
  begin();
  begin();
  begin();
  settle(AttemptOutcome::Succeeded);
  EXPECT_EQ(state().failures, 0);
  EXPECT_EQ(begin().failures, 1);
}

TEST_F(LocalAttemptCountersTest, WhatIsWithdrawnDidNotHappen) {
  for (int i = 0; i < 3; ++i)
    begin();
  settle(AttemptOutcome::Withdrawn);
  EXPECT_EQ(state().failures, 2);
  EXPECT_EQ(state().retry_in_ms, 0);
  EXPECT_TRUE(begin().allowed);
  for (int i = 0; i < 10; ++i)
    settle(AttemptOutcome::Withdrawn);
  EXPECT_EQ(state().failures, 0) << "not below nothing";
  EXPECT_EQ(begin().failures, 1);
}

TEST_F(LocalAttemptCountersTest, ARecordIsForgottenSoLongAfterItsLast) {
  begin();
  clock_.advance(kHour - 1);
  EXPECT_EQ(begin().failures, 2);
  clock_.advance(kHour - 1);
  EXPECT_EQ(state().failures, 2);
  clock_.advance(1);
  EXPECT_EQ(state().failures, 0);
  EXPECT_EQ(counters_.size(), 0U);
  EXPECT_EQ(begin().failures, 1);
}

TEST_F(LocalAttemptCountersTest, check_25_WhoIsTrustedIsCountedApart) {
  begin("key", "home");
  settle(AttemptOutcome::Succeeded, "key", "home", kHour);
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(begin("key", "elsewhere").trusted);
  EXPECT_FALSE(begin("key", "elsewhere").allowed);
  for (int i = 1; i <= 3; ++i) {
    const BegunAttempt begun = begin("key", "home");
    EXPECT_TRUE(begun.allowed);
    EXPECT_TRUE(begun.trusted);
    EXPECT_EQ(begun.failures, i) << "its own";
  }
  EXPECT_FALSE(begin("key", "home").allowed) << "it is held up by its own failures";
  settle(AttemptOutcome::Succeeded, "key", "home", kHour);
  EXPECT_TRUE(begin("key", "home").allowed);
  EXPECT_EQ(state().failures, 3) << "its success does not forget what others did";
}

TEST_F(LocalAttemptCountersTest, TrustEnds) {
  settle(AttemptOutcome::Succeeded, "key", "home", kHour);
  clock_.advance(kHour - 1);
  EXPECT_TRUE(begin("key", "home").trusted);
  clock_.advance(1);
  EXPECT_FALSE(begin("key", "home").trusted);
  settle(AttemptOutcome::Succeeded, "key", "home", 0);
  EXPECT_FALSE(begin("key", "home").trusted) << "for no time is not at all";
}

TEST_F(LocalAttemptCountersTest, ClearingTakesTheCountAndLeavesTheTrust) {
  settle(AttemptOutcome::Succeeded, "key", "home", kHour);
  for (int i = 0; i < 4; ++i)
    begin();
  ASSERT_TRUE(counters_.clear({"key"}, kCall).ok());
  EXPECT_EQ(state().failures, 0);
  EXPECT_TRUE(begin().allowed);
  EXPECT_TRUE(begin("key", "home").trusted);
  ASSERT_TRUE(counters_.clear({"nobody's"}, kCall).ok());
}

TEST_F(LocalAttemptCountersTest, check_25_AHundredAtOnceGainNothing) {
  std::atomic<int> allowed{0};
  std::vector<std::thread> threads;
  threads.reserve(10);
  for (int t = 0; t < 10; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i)
        allowed += begin().allowed ? 1 : 0;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(allowed, 3);
  EXPECT_EQ(state().failures, 3);
}

TEST_F(LocalAttemptCountersTest, AClockThatIsSetBackKeepsNobodyWaiting) {
  for (int i = 0; i < 3; ++i)
    begin();
  clock_.advance(-kHour);
  EXPECT_EQ(begin().retry_in_ms, kSecond) << "as long as the rule says, and not an hour more";
  clock_.advance(kSecond);
  EXPECT_TRUE(begin().allowed);
}

TEST_F(LocalAttemptCountersTest, check_25_AFloodRefusesNobodyAndForgetsTheFewestFirst) {
  LocalAttemptCounters small(64, clock_, random_);
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(small.begin({"victim", {}, kRule}, kCall).ok());
  for (int i = 0; i < 20'000; ++i)
    ASSERT_TRUE(small.begin({"flood" + std::to_string(i), {}, kRule}, kCall)->allowed);
  EXPECT_LE(small.size(), small.places());
  EXPECT_EQ(small.get("victim", kCall)->failures, 3) << "who failed often is forgotten last";
  EXPECT_FALSE(small.begin({"victim", {}, kRule}, kCall)->allowed);
}

TEST_F(LocalAttemptCountersTest, FailuresPushOutNoTrust) {
  LocalAttemptCounters small(64, clock_, random_);
  ASSERT_TRUE(small.settle({"key", "home", AttemptOutcome::Succeeded, kHour, kRule}, kCall).ok());
  for (int i = 0; i < 20'000; ++i)
    (void)small.begin({"flood" + std::to_string(i), {}, kRule}, kCall);
  EXPECT_TRUE(small.begin({"key", "home", kRule}, kCall)->trusted);
}

}  // namespace
}  // namespace gateway::auth
