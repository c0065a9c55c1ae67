#include "core/net/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace gateway::net {
namespace {

class HandClock final : public runtime::Clock {
 public:
  std::int64_t wall_ms() const noexcept override { return 0; }
  std::int64_t monotonic_ms() const noexcept override { return now_ms; }
  std::int64_t now_ms = 5'000;
};

class CircuitBreakerTest : public ::testing::Test {
 protected:
  void report(Verdict verdict) {
    const auto permit = breaker_.ask();
    ASSERT_TRUE(permit.granted);
    breaker_.report(permit, verdict);
  }
  void fail(int times) {
    for (int i = 0; i < times; ++i)
      report(Verdict::Failure);
  }
  // How long it lets nothing through.
  std::int64_t open_ms() {
    const auto refused = breaker_.ask();
    EXPECT_FALSE(refused.granted);
    return refused.retry_after_ms;
  }

  HandClock clock_;
  double chance_ = 0.5;
  CircuitBreaker breaker_{{3, 1'000, 30'000}, clock_, [this] { return chance_; }};
};

TEST_F(CircuitBreakerTest, OpensAfterFailuresWithoutASuccessBetweenThem) {
  fail(2);
  report(Verdict::Success);
  fail(2);
  EXPECT_TRUE(breaker_.is_closed());
  fail(1);
  EXPECT_FALSE(breaker_.is_closed());
  EXPECT_EQ(open_ms(), 1'000);
}

TEST_F(CircuitBreakerTest, WhatSaysNothingCountsForNothing) {
  fail(2);
  report(Verdict::Unknown);
  EXPECT_TRUE(breaker_.is_closed());
  fail(1);
  EXPECT_FALSE(breaker_.is_closed());
}

TEST_F(CircuitBreakerTest, LetsOneProbeThroughAndNoOther) {
  fail(3);
  clock_.now_ms += 999;
  EXPECT_EQ(open_ms(), 1);
  clock_.now_ms += 1;
  const auto probe = breaker_.ask();
  EXPECT_TRUE(probe.granted);
  EXPECT_FALSE(breaker_.ask().granted);
  EXPECT_GT(breaker_.ask().retry_after_ms, 0);
  EXPECT_TRUE(breaker_.report(probe, Verdict::Success));
  EXPECT_TRUE(breaker_.is_closed());
  EXPECT_TRUE(breaker_.ask().granted);
  EXPECT_TRUE(breaker_.ask().granted);
}

TEST_F(CircuitBreakerTest, StaysOpenForLongerEachTimeUpToABound) {
  fail(3);
  for (const std::int64_t expected : {1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000}) {
    EXPECT_EQ(open_ms(), expected);
    clock_.now_ms += expected;
    report(Verdict::Failure);
  }
  clock_.now_ms += 30'000;
  report(Verdict::Success);
  fail(3);
  EXPECT_EQ(open_ms(), 1'000);  // from the beginning
}

TEST_F(CircuitBreakerTest, SpreadsInstancesApartWithinTheBounds) {
  fail(3);
  clock_.now_ms += 1'000;
  chance_ = 0;
  report(Verdict::Failure);
  EXPECT_EQ(open_ms(), 1'500);
  clock_.now_ms += 1'500;
  chance_ = 0.999;
  report(Verdict::Failure);
  EXPECT_NEAR(static_cast<double>(open_ms()), 5'000, 5);
  chance_ = 0;
  CircuitBreaker shortest({1, 1'000, 30'000}, clock_, [] { return 0.0; });
  shortest.report(shortest.ask(), Verdict::Failure);
  EXPECT_EQ(shortest.ask().retry_after_ms, 1'000);
}

TEST_F(CircuitBreakerTest, AProbeThatSaysNothingMakesRoomForTheNext) {
  fail(3);
  clock_.now_ms += 1'000;
  report(Verdict::Unknown);
  EXPECT_FALSE(breaker_.is_closed());
  EXPECT_TRUE(breaker_.ask().granted);
}

TEST_F(CircuitBreakerTest, VerdictsOfCallsThatBeganBeforeCountForNothing) {
  const auto early = breaker_.ask();
  const auto late = breaker_.ask();
  fail(3);
  EXPECT_FALSE(breaker_.report(early, Verdict::Success));
  EXPECT_FALSE(breaker_.is_closed());
  clock_.now_ms += 1'000;
  const auto probe = breaker_.ask();
  EXPECT_FALSE(breaker_.report(late, Verdict::Success));
  EXPECT_FALSE(breaker_.is_closed());
  breaker_.report(probe, Verdict::Success);
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(breaker_.report(early, Verdict::Failure));
  EXPECT_TRUE(breaker_.is_closed());
}

}  // namespace
}  // namespace gateway::net
