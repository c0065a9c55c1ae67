// How long who failed has to wait.
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "attempt_samples.hpp"

namespace gateway::auth {
namespace {

TEST(AttemptRule, check_25_TheWaitBeginsWithTheLastFreeFailureAndDoubles) {
  EXPECT_EQ(kRule.delay_ms(0), 0);
  EXPECT_EQ(kRule.delay_ms(2), 0);
  EXPECT_EQ(kRule.delay_ms(3), kSecond);
  EXPECT_EQ(kRule.delay_ms(4), 2 * kSecond);
  EXPECT_EQ(kRule.delay_ms(5), 4 * kSecond);
  EXPECT_EQ(kRule.delay_ms(6), 8 * kSecond);
}

TEST(AttemptRule, check_25_ItHasALongestAndNeverOverflows) {
  for (const std::int64_t failures : {7, 33, 64, 65, 66, 67, 128, 1'000'000})
    EXPECT_EQ(kRule.delay_ms(failures), 8 * kSecond) << failures;
  EXPECT_EQ(kRule.delay_ms(std::numeric_limits<std::int64_t>::max()), 8 * kSecond);
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const AttemptRule endless{1, 1, kMost, 1};
  std::int64_t before = 0;
  for (std::int64_t failures = 1; failures < 200; ++failures) {
    const std::int64_t delay_ms = endless.delay_ms(failures);
    ASSERT_GE(delay_ms, before) << failures;
    before = delay_ms;
  }
  EXPECT_EQ(before, kMost);
}

TEST(AttemptRule, ALongestThatIsNoPowerIsReachedExactly) {
  const AttemptRule rule{1, 1000, 900'000, 1};
  EXPECT_EQ(rule.delay_ms(10), 512'000);
  EXPECT_EQ(rule.delay_ms(11), 900'000);
}

}  // namespace
}  // namespace gateway::auth
