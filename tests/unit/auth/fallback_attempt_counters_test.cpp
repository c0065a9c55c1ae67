// What counts while the counters that all instances share are away, and what becomes of it when they are
// back.
#include "core/auth/fallback_attempt_counters.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "attempt_samples.hpp"
#include "shared_counts.hpp"

namespace gateway::auth {
namespace {

class CountingLogger final : public runtime::Logger {
 public:
  bool enabled(LogLevel, std::string_view) const noexcept override { return true; }
  void write(LogLevel, std::string_view, std::string_view,
             std::initializer_list<runtime::LogField>) noexcept override {
    ++lines;
  }
  int lines = 0;
};

// One gateway of those that share the counts.
struct Instance {
  Instance(AttemptCounters& counts, const runtime::Clock& clock, runtime::Random& random)
      : local(1000, clock, random), shared(counts), counters(shared, local, clock, logger, metrics) {}

  BegunAttempt begin(const std::string& trusted_key = {}) {
    return *counters.begin({"key", trusted_key, kRule}, kCall);
  }
  void settle(AttemptOutcome outcome, const std::string& trusted_key = {}) {
    ASSERT_TRUE(counters.settle({"key", trusted_key, outcome, kHour, kRule}, kCall).ok());
  }
  bool clear() { return counters.clear({"key", kHour}, kCall).ok(); }
  AttemptState state() { return *counters.get("key", kCall); }

  runtime::Metrics metrics;
  CountingLogger logger;
  LocalAttemptCounters local;
  FarCounts shared;
  FallbackAttemptCounters counters;
};

class FallbackAttemptCountersTest : public ::testing::Test {
 protected:
  std::int64_t shared_failures() { return counts_.get("key", kCall)->failures; }
  void goes_away() { one_.shared.away = other_.shared.away = true; }
  // And nobody leaves them alone any longer.
  void comes_back() {
    one_.shared.away = other_.shared.away = false;
    clock_.advance(FallbackAttemptCounters::kLeaveAloneMs);
  }
  // So many in vain, each as soon as it may be tried. The next has to wait for delay_ms(kRule, times).
  void fail(int times, const std::string& trusted_key = {}) {
    for (int i = 0; i < times; ++i) {
      const BegunAttempt refused = one_.begin(trusted_key);
      if (refused.allowed) continue;
      clock_.advance(refused.retry_in_ms);
      ASSERT_TRUE(one_.begin(trusted_key).allowed) << i;
    }
  }

  HandClock clock_;
  runtime::SystemRandom random_;
  SharedCounts counts_{clock_};
  Instance one_{counts_, clock_, random_};
  Instance other_{counts_, clock_, random_};
};

TEST_F(FallbackAttemptCountersTest, TheSharedOnesCountWhileTheyAreThere) {
  one_.begin();
  EXPECT_EQ(shared_failures(), 1);
  EXPECT_EQ(one_.local.get("key", kCall)->failures, 0);
  EXPECT_EQ(one_.logger.lines, 0);
}

TEST_F(FallbackAttemptCountersTest, check_25_AttemptsAreHeldUpWhileTheyAreAway) {
  goes_away();
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(one_.begin().allowed);
  EXPECT_FALSE(one_.begin().allowed);
  EXPECT_NE(one_.metrics.expose().find("gateway_attempt_counters_failed_total 4"), std::string::npos);
  EXPECT_EQ(one_.logger.lines, 1) << "not one line an attempt";
  clock_.advance(10 * kSecond);
  one_.begin();
  EXPECT_EQ(one_.logger.lines, 2);
}

// Each call of what hangs takes its whole time: a flood of logins must not wait for one after the other.
TEST_F(FallbackAttemptCountersTest, WhatFailedIsLeftAloneForAWhile) {
  goes_away();
  one_.begin();
  one_.begin();
  one_.settle(AttemptOutcome::Withdrawn);
  EXPECT_EQ(one_.shared.asked, 1);
  one_.shared.away = false;
  clock_.advance(FallbackAttemptCounters::kLeaveAloneMs - 1);
  one_.begin();
  EXPECT_EQ(one_.shared.asked, 1);
  clock_.advance(1);
  one_.begin();
  EXPECT_EQ(one_.shared.asked, 2);
  EXPECT_EQ(shared_failures(), 3);
}

// The shared ones know of few failures, or, having been started anew, of none.
TEST_F(FallbackAttemptCountersTest, check_25_WhatIsHeldUpStaysSoWhenTheyAreBack) {
  for (const bool started_anew : {false, true}) {
    one_.begin();
    goes_away();
    fail(6);
    if (started_anew) counts_.forget_all();
    comes_back();
    for (Instance* instance : {&one_, &other_}) {
      for (int i = 0; i < 4; ++i)
        EXPECT_FALSE(instance->begin().allowed) << "the sixth is 8 s to wait for, of which 2 have passed";
    }
    EXPECT_EQ(other_.begin().retry_in_ms, 6 * kSecond) << "nor is what was refused counted";
    EXPECT_EQ(shared_failures(), 6);
    clock_.advance(6 * kSecond);
    EXPECT_EQ(one_.begin().failures, 7);
    EXPECT_FALSE(other_.begin().allowed);
    EXPECT_TRUE(one_.clear());
  }
}

TEST_F(FallbackAttemptCountersTest, check_25_ManyAtOnceGainNothingWhenTheyAreBack) {
  goes_away();
  fail(6);
  counts_.forget_all();
  comes_back();
  std::atomic<int> allowed{0};
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i)
        allowed += one_.begin().allowed ? 1 : 0;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(allowed, 0);
}

TEST_F(FallbackAttemptCountersTest, check_25_TheNextTimeTheyAreAwayNothingIsFreeAnew) {
  goes_away();
  fail(5);
  comes_back();
  EXPECT_FALSE(one_.begin().allowed);
  EXPECT_EQ(shared_failures(), 5);
  clock_.advance(8 * kSecond);
  goes_away();
  EXPECT_EQ(one_.begin().failures, 6);
  EXPECT_FALSE(one_.begin().allowed);
  comes_back();
  EXPECT_FALSE(one_.begin().allowed);
  EXPECT_EQ(shared_failures(), 6);
}

TEST_F(FallbackAttemptCountersTest, WhatWasBegunHereIsSettledHereWhenTheyAreBack) {
  one_.begin();
  goes_away();
  one_.begin();
  one_.begin();
  comes_back();
  one_.settle(AttemptOutcome::Withdrawn);
  EXPECT_EQ(one_.local.get("key", kCall)->failures, 1);
  EXPECT_EQ(shared_failures(), 1) << "of what was counted there, nothing is taken back";
  one_.begin();
  EXPECT_EQ(shared_failures(), 2);
  one_.settle(AttemptOutcome::Withdrawn);
  EXPECT_EQ(shared_failures(), 1) << "this was begun there";
}

TEST_F(FallbackAttemptCountersTest, SuccessForgetsBoth) {
  goes_away();
  fail(3);
  clock_.advance(kSecond);
  EXPECT_TRUE(one_.begin().allowed);
  comes_back();
  one_.settle(AttemptOutcome::Succeeded);
  EXPECT_EQ(one_.begin().failures, 1);
}

TEST_F(FallbackAttemptCountersTest, WhatSuccessForgotElsewhereIsNotKeptFromAnEarlierOutage) {
  goes_away();
  fail(3);
  comes_back();
  EXPECT_TRUE(one_.begin().allowed) << "handed in";
  EXPECT_EQ(shared_failures(), 4);
  other_.settle(AttemptOutcome::Succeeded);
  EXPECT_EQ(one_.begin().failures, 1);
  goes_away();
  EXPECT_LE(one_.begin().failures, 2);
}

TEST_F(FallbackAttemptCountersTest, WhoIsTrustedIsSoWhileTheyAreAway) {
  one_.settle(AttemptOutcome::Succeeded, "home");
  goes_away();
  EXPECT_TRUE(one_.begin("home").trusted);
}

// The other instance saw the owner sign in: this one counted everybody together while it was alone.
TEST_F(FallbackAttemptCountersTest, check_25_WhoIsTrustedIsNotHeldUpByWhatOthersDidMeanwhile) {
  other_.settle(AttemptOutcome::Succeeded, "home");
  goes_away();
  fail(6);
  comes_back();
  EXPECT_FALSE(one_.begin("elsewhere").allowed);
  const BegunAttempt owner = one_.begin("home");
  EXPECT_TRUE(owner.allowed);
  EXPECT_TRUE(owner.trusted);
  EXPECT_EQ(owner.failures, 1);
  EXPECT_FALSE(one_.begin().allowed);
}

// And what was counted as somebody's own is so still; also where the shared ones have lost whose it was.
TEST_F(FallbackAttemptCountersTest, check_25_WhatATrustedOneDidMeanwhileCountsAgainstIt) {
  for (const bool started_anew : {false, true}) {
    one_.settle(AttemptOutcome::Succeeded, "home");
    goes_away();
    fail(6, "home");
    if (started_anew) counts_.forget_all();
    comes_back();
    const BegunAttempt refused = other_.begin("home");
    EXPECT_TRUE(refused.allowed) << "nothing has been handed in";
    other_.settle(AttemptOutcome::Withdrawn, "home");
    EXPECT_FALSE(one_.begin("home").allowed);
    EXPECT_FALSE(other_.begin("home").allowed);
    EXPECT_EQ(other_.begin("elsewhere").allowed, !started_anew);
    other_.settle(AttemptOutcome::Succeeded, "home");
    EXPECT_TRUE(other_.clear());
    clock_.advance(kHour);
  }
}

TEST_F(FallbackAttemptCountersTest, TheMoreSevereIsShownAndBothAreCleared) {
  one_.begin();
  goes_away();
  one_.begin();
  one_.begin();
  EXPECT_FALSE(one_.clear()) << "whoever clears is told that it was not for all";
  EXPECT_EQ(one_.state().failures, 2) << "and it is not for some, either";
  comes_back();
  EXPECT_EQ(one_.state().failures, 2);
  ASSERT_TRUE(one_.clear());
  EXPECT_EQ(one_.state().failures, 0);
  EXPECT_EQ(one_.begin().failures, 1);
}

TEST_F(FallbackAttemptCountersTest, check_25_WhatIsClearedAtOneInstanceIsClearedAtAll) {
  goes_away();
  fail(6);
  comes_back();
  EXPECT_EQ(one_.state().failures, 6);
  ASSERT_TRUE(other_.clear());
  EXPECT_EQ(one_.state().failures, 0);
  const BegunAttempt begun = one_.begin();
  EXPECT_TRUE(begun.allowed);
  EXPECT_EQ(begun.failures, 1);
  EXPECT_EQ(one_.local.get("key", kCall)->failures, 0) << "and is not brought back by the next outage";
}

TEST_F(FallbackAttemptCountersTest, check_25_WhatIsCountedAfterTheClearingCounts) {
  ASSERT_TRUE(other_.clear());
  goes_away();
  clock_.advance(1);
  fail(6);
  comes_back();
  EXPECT_EQ(one_.state().failures, 6);
  EXPECT_FALSE(one_.begin().allowed);
  EXPECT_FALSE(other_.begin().allowed);
}

}  // namespace
}  // namespace gateway::auth
