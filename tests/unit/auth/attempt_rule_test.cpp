// How long who failed has to wait.
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "attempt_samples.hpp"

namespace gateway::auth {
namespace {

TEST(AttemptRule, check_25_TheWaitBeginsWithTheLastFreeFailureAndDoubles) {
  EXPECT_EQ(delay_ms(kRule, 0), 0);
  EXPECT_EQ(delay_ms(kRule, 2), 0);
  EXPECT_EQ(delay_ms(kRule, 3), kSecond);
  EXPECT_EQ(delay_ms(kRule, 4), 2 * kSecond);
  EXPECT_EQ(delay_ms(kRule, 5), 4 * kSecond);
  EXPECT_EQ(delay_ms(kRule, 6), 8 * kSecond);
}

TEST(AttemptRule, check_25_ItHasALongestAndNeverOverflows) {
  for (const std::int64_t failures : {7, 33, 64, 65, 66, 67, 128, 1'000'000})
    EXPECT_EQ(delay_ms(kRule, failures), 8 * kSecond) << failures;
  EXPECT_EQ(delay_ms(kRule, std::numeric_limits<std::int64_t>::max()), 8 * kSecond);
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const AttemptRule endless{1, 1, kMost, 1};
  std::int64_t before = 0;
  for (std::int64_t failures = 1; failures < 200; ++failures) {
    const std::int64_t delay = delay_ms(endless, failures);
    ASSERT_GE(delay, before) << failures;
    before = delay;
  }
  EXPECT_EQ(before, kMost);
}

TEST(AttemptRule, ALongestThatIsNoPowerIsReachedExactly) {
  const AttemptRule rule{1, 1000, 900'000, 1};
  EXPECT_EQ(delay_ms(rule, 10), 512'000);
  EXPECT_EQ(delay_ms(rule, 11), 900'000);
}

}  // namespace
}  // namespace gateway::auth
