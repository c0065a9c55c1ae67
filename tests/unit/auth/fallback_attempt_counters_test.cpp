// What counts while the counters that all instances share are away.
#include "core/auth/fallback_attempt_counters.hpp"

#include <string>

#include <gtest/gtest.h>

#include "attempt_samples.hpp"
#include "core/auth/local_attempt_counters.hpp"

namespace gateway::auth {
namespace {

// Counters that can be away.
class FarCounters final : public AttemptCounters {
 public:
  explicit FarCounters(AttemptCounters& inner) : inner_(inner) {}

  Result<BegunAttempt> begin(const BeginAttempt& attempt, const CallContext& call) override {
    ++asked;
    if (away) return unavailable("away");
    return inner_.begin(attempt, call);
  }
  Result<Done> settle(const SettleAttempt& attempt, const CallContext& call) override {
    ++asked;
    if (away) return unavailable("away");
    return inner_.settle(attempt, call);
  }
  Result<AttemptState> get(const std::string& key, const CallContext& call) override {
    if (away) return unavailable("away");
    return inner_.get(key, call);
  }
  Result<Done> clear(const std::string& key, const CallContext& call) override {
    if (away) return unavailable("away");
    return inner_.clear(key, call);
  }

  bool away = false;
  int asked = 0;

 private:
  AttemptCounters& inner_;
};

class CountingLogger final : public runtime::Logger {
 public:
  bool enabled(LogLevel, std::string_view) const noexcept override { return true; }
  void write(LogLevel, std::string_view, std::string_view,
             std::initializer_list<runtime::LogField>) noexcept override {
    ++lines;
  }
  int lines = 0;
};

class FallbackAttemptCountersTest : public ::testing::Test {
 protected:
  BegunAttempt begin() { return *counters_.begin({"key", {}, kRule}, kCall); }

  HandClock clock_;
  runtime::SystemRandom random_;
  runtime::Metrics metrics_;
  CountingLogger logger_;
  LocalAttemptCounters others_{1000, clock_, random_};
  LocalAttemptCounters local_{1000, clock_, random_};
  FarCounters shared_{others_};
  FallbackAttemptCounters counters_{shared_, local_, clock_, logger_, metrics_};
};

TEST_F(FallbackAttemptCountersTest, TheSharedOnesCountWhileTheyAreThere) {
  begin();
  EXPECT_EQ(others_.get("key", kCall)->failures, 1);
  EXPECT_EQ(local_.get("key", kCall)->failures, 0);
  EXPECT_EQ(logger_.lines, 0);
}

TEST_F(FallbackAttemptCountersTest, check_25_AttemptsAreHeldUpWhileTheyAreAway) {
  shared_.away = true;
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(begin().allowed);
  EXPECT_FALSE(begin().allowed);
  EXPECT_NE(metrics_.expose().find("gateway_attempt_counters_failed_total 4"), std::string::npos);
  EXPECT_EQ(logger_.lines, 1) << "not one line an attempt";
  clock_.advance(10 * kSecond);
  begin();
  EXPECT_EQ(logger_.lines, 2);
}

// Each call of what hangs takes its whole time: a flood of logins must not wait for one after the other.
TEST_F(FallbackAttemptCountersTest, WhatFailedIsLeftAloneForAWhile) {
  shared_.away = true;
  begin();
  begin();
  ASSERT_TRUE(counters_.settle({"key", {}, AttemptOutcome::Withdrawn, 0, kRule}, kCall).ok());
  EXPECT_EQ(shared_.asked, 1);
  shared_.away = false;
  clock_.advance(FallbackAttemptCounters::kLeaveAloneMs - 1);
  begin();
  EXPECT_EQ(shared_.asked, 1);
  clock_.advance(1);
  begin();
  EXPECT_EQ(shared_.asked, 2);
  EXPECT_EQ(others_.get("key", kCall)->failures, 1);
}

TEST_F(FallbackAttemptCountersTest, WhatWasBegunHereIsSettledHereWhenTheyAreBack) {
  shared_.away = true;
  begin();
  shared_.away = false;
  ASSERT_TRUE(counters_.settle({"key", {}, AttemptOutcome::Withdrawn, 0, kRule}, kCall).ok());
  EXPECT_EQ(local_.get("key", kCall)->failures, 0);
}

TEST_F(FallbackAttemptCountersTest, WhoIsTrustedIsSoWhileTheyAreAway) {
  ASSERT_TRUE(counters_.settle({"key", "home", AttemptOutcome::Succeeded, kHour, kRule}, kCall).ok());
  shared_.away = true;
  EXPECT_TRUE(counters_.begin({"key", "home", kRule}, kCall)->trusted);
}

TEST_F(FallbackAttemptCountersTest, TheMoreSevereIsShownAndBothAreCleared) {
  begin();
  shared_.away = true;
  begin();
  begin();
  EXPECT_FALSE(counters_.clear("key", kCall).ok()) << "whoever clears is told that it was not for all";
  EXPECT_EQ(counters_.get("key", kCall)->failures, 2) << "and it is not for some, either";
  shared_.away = false;
  EXPECT_EQ(counters_.get("key", kCall)->failures, 2);
  ASSERT_TRUE(counters_.clear("key", kCall).ok());
  EXPECT_EQ(counters_.get("key", kCall)->failures, 0);
}

}  // namespace
}  // namespace gateway::auth
