// Shared counts: limits and attempts. The store has a clock of its own, so everything here takes so long, or
// so short a time, that no test has to know how late it is.
#include <atomic>

#include <gateway/counters.hpp>

#include "testing.hpp"

namespace gateway::conformance {
namespace {

using namespace gateway::counters;

constexpr std::int64_t kMinuteUs = 60'000'000;
constexpr AttemptRule kRule{3, 60'000, 3'600'000, 7'200'000};

class Counters : public testing::Test {
 protected:
  Counters() : plugin_(must(PluginInstance::run(subject().library, host_, subject().config), "start")) {}

  template <class Operation>
  typename Operation::Reply answer(const Operation& operation) const {
    return must(plugin_.call(operation, host_.context()), Operation::kOperation);
  }
  template <class Operation>
  void expect_invalid(const Operation& operation) const {
    const auto result = plugin_.call(operation, host_.context());
    ASSERT_FALSE(result) << Operation::kOperation << " accepts what is invalid";
    EXPECT_EQ(result.error().kind, ErrorKind::Invalid) << result.error().detail;
  }

  TestHost host_;
  PluginInstance plugin_;
  const std::string key_ = unique("key-");
};

TEST_F(Counters, the_burst_is_admitted_and_no_more) {
  const TakeLimit take{key_, kMinuteUs, 5};
  for (std::int64_t i = 1; i <= 5; ++i) {
    const TakenLimit taken = answer(take);
    EXPECT_TRUE(taken.admitted);
    EXPECT_EQ(taken.remaining, 5 - i);
    EXPECT_GT(taken.full_in_ms, (i - 1) * 60'000);
    EXPECT_LE(taken.full_in_ms, i * 60'000);
  }
  const TakenLimit refused = answer(take);
  EXPECT_FALSE(refused.admitted);
  EXPECT_GT(refused.retry_in_ms, 0);
  EXPECT_LE(refused.retry_in_ms, 60'000);
  EXPECT_LE(refused.full_in_ms, 300'000) << "a refusal costs nothing";
}

TEST_F(Counters, what_costs_more_than_there_is_takes_nothing) {
  EXPECT_FALSE(answer(TakeLimit{key_, kMinuteUs, 5, 6}).admitted);
  EXPECT_TRUE(answer(TakeLimit{key_, kMinuteUs, 5, 5}).admitted);
}

TEST_F(Counters, a_look_takes_nothing_and_debt_ends_at_one_more_burst) {
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(answer(TakeLimit{key_, kMinuteUs, 2, 0}).admitted);
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(answer(TakeLimit{key_, kMinuteUs, 2, 1, true}).admitted);
  const TakenLimit look = answer(TakeLimit{key_, kMinuteUs, 2, 0});
  EXPECT_FALSE(look.admitted);
  EXPECT_EQ(look.remaining, 0);
  EXPECT_GT(look.retry_in_ms, 120'000);
  EXPECT_LE(look.retry_in_ms, 180'000) << "a burst of debt, and one interval";
}

TEST_F(Counters, many_at_once_get_exactly_the_burst) {
  std::atomic<int> admitted{0};
  at_once(8, [&](int) {
    for (int i = 0; i < 10; ++i)
      admitted += answer(TakeLimit{key_, kMinuteUs * 60, 30}).admitted ? 1 : 0;
  });
  EXPECT_EQ(admitted, 30);
}

TEST_F(Counters, attempts_are_counted_before_they_are_made) {
  for (std::int64_t i = 1; i <= 3; ++i) {
    const BegunAttempt begun = answer(BeginAttempt{key_, "", kRule});
    EXPECT_TRUE(begun.allowed);
    EXPECT_EQ(begun.failures, i);
    EXPECT_FALSE(begun.trusted);
  }
  const BegunAttempt refused = answer(BeginAttempt{key_, "", kRule});
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.failures, 3);
  EXPECT_GT(refused.retry_in_ms, 0);
  EXPECT_LE(refused.retry_in_ms, 60'000);
  const AttemptState state = answer(GetAttempts{key_});
  EXPECT_EQ(state.failures, 3);
  EXPECT_GT(state.retry_in_ms, 0);
  answer(ClearAttempts{key_});
  EXPECT_EQ(answer(GetAttempts{key_}).failures, 0);
  EXPECT_TRUE(answer(BeginAttempt{key_, "", kRule}).allowed);
}

TEST_F(Counters, settling_forgets_or_takes_one_back) {
  for (int i = 0; i < 3; ++i)
    answer(BeginAttempt{key_, "", kRule});
  answer(SettleAttempt{key_, "", AttemptOutcome::Withdrawn, 0, kRule});
  EXPECT_EQ(answer(GetAttempts{key_}).failures, 2);
  EXPECT_EQ(answer(GetAttempts{key_}).retry_in_ms, 0);
  answer(SettleAttempt{key_, "", AttemptOutcome::Succeeded, 0, kRule});
  EXPECT_EQ(answer(GetAttempts{key_}).failures, 0);
}

TEST_F(Counters, who_is_trusted_counts_by_itself) {
  const std::string trusted = unique("trusted-");
  answer(BeginAttempt{key_, trusted, kRule});
  EXPECT_EQ(answer(GetAttempts{key_}).failures, 1) << "not yet";
  answer(SettleAttempt{key_, trusted, AttemptOutcome::Succeeded, 3'600'000, kRule});
  for (int i = 0; i < 3; ++i)
    answer(BeginAttempt{key_, "", kRule});
  EXPECT_FALSE(answer(BeginAttempt{key_, "", kRule}).allowed);
  const BegunAttempt begun = answer(BeginAttempt{key_, trusted, kRule});
  EXPECT_TRUE(begun.allowed);
  EXPECT_TRUE(begun.trusted);
  EXPECT_EQ(answer(GetAttempts{trusted}).failures, 1);
  EXPECT_EQ(answer(GetAttempts{key_}).failures, 3);
}

TEST_F(Counters, what_was_counted_apart_is_taken_in_before_it_is_decided) {
  answer(BeginAttempt{key_, "", kRule});
  const BeginAttempt apart{key_, "", kRule, AttemptsApart{4, 10'000}};
  for (int i = 0; i < 2; ++i) {
    const BegunAttempt refused = answer(apart);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.failures, 4) << "handed in twice is handed in once";
    EXPECT_LE(refused.retry_in_ms, 120'000) << "as long as after four, by both of which the later";
    EXPECT_GT(refused.retry_in_ms, 60'000);
  }
  EXPECT_FALSE(answer(BeginAttempt{key_, "", kRule}).allowed) << "it stays";
  answer(SettleAttempt{key_, "", AttemptOutcome::Withdrawn, 0, kRule});
  EXPECT_EQ(answer(GetAttempts{key_}).failures, 3);
  EXPECT_LE(answer(GetAttempts{key_}).retry_in_ms, 60'000);
  answer(SettleAttempt{key_, "", AttemptOutcome::Succeeded, 0, kRule});
  EXPECT_EQ(answer(BeginAttempt{key_, "", kRule}).failures, 1) << "success forgets it as well";
}

TEST_F(Counters, what_was_counted_apart_may_lie_so_far_back_that_it_holds_up_nobody) {
  const BegunAttempt begun = answer(BeginAttempt{key_, "", kRule, AttemptsApart{4, 120'000}});
  EXPECT_TRUE(begun.allowed);
  EXPECT_EQ(begun.failures, 5);
  const std::string forgotten = unique("key-");
  EXPECT_EQ(answer(BeginAttempt{forgotten, "", kRule, AttemptsApart{4, kRule.forget_after_ms}}).failures, 1);
}

TEST_F(Counters, what_was_counted_apart_goes_to_whom_it_was_counted_against) {
  const std::string trusted = unique("trusted-");
  answer(SettleAttempt{key_, trusted, AttemptOutcome::Succeeded, 3'600'000, kRule});
  const BegunAttempt owner = answer(BeginAttempt{key_, trusted, kRule, AttemptsApart{6, 0}});
  EXPECT_TRUE(owner.allowed) << "others' failures, whoever hands them in";
  EXPECT_EQ(owner.failures, 1);
  EXPECT_EQ(answer(GetAttempts{key_}).failures, 6);
  EXPECT_FALSE(answer(BeginAttempt{key_, "", kRule}).allowed);
  EXPECT_FALSE(answer(BeginAttempt{key_, trusted, kRule, std::nullopt, AttemptsApart{5, 0}}).allowed);
  EXPECT_EQ(answer(GetAttempts{trusted}).failures, 5);

  // Where nobody knows any more that it is trusted, it is one of all others.
  const std::string other = unique("key-");
  const std::string unknown = unique("trusted-");
  EXPECT_FALSE(answer(BeginAttempt{other, unknown, kRule, std::nullopt, AttemptsApart{5, 0}}).allowed);
  EXPECT_EQ(answer(GetAttempts{other}).failures, 5);
}

TEST_F(Counters, what_was_counted_apart_before_a_clearing_is_not_taken_in) {
  EXPECT_FALSE(answer(GetAttempts{key_}).since_clear_ms);
  answer(ClearAttempts{key_, 3'600'000});
  const auto since_ms = answer(GetAttempts{key_}).since_clear_ms;
  ASSERT_TRUE(since_ms);
  EXPECT_GE(*since_ms, 0);
  EXPECT_LE(*since_ms, 60'000);
  EXPECT_EQ(answer(BeginAttempt{key_, "", kRule, AttemptsApart{6, 60'000}}).failures, 1);
  EXPECT_EQ(answer(BeginAttempt{key_, "", kRule}).failures, 2) << "what comes behind it counts as ever";
  answer(ClearAttempts{key_});
  EXPECT_TRUE(answer(GetAttempts{key_}).since_clear_ms) << "cleared for no time is no less cleared";
}

TEST_F(Counters, limits_and_attempts_are_apart) {
  EXPECT_TRUE(answer(TakeLimit{key_, kMinuteUs, 1}).admitted);
  EXPECT_EQ(answer(GetAttempts{key_}).failures, 0);
  EXPECT_EQ(answer(BeginAttempt{key_, "", kRule}).failures, 1);
  EXPECT_FALSE(answer(TakeLimit{key_, kMinuteUs, 1}).admitted);
}

TEST_F(Counters, any_bytes_of_text_are_a_key) {
  for (const std::string& key : {key_ + "{x}", key_ + "}", key_ + " *\r\n", key_ + "\xc3\xa4",
                                 key_ + std::string(kMaxKeyBytes - key_.size(), 'k')}) {
    EXPECT_TRUE(answer(TakeLimit{key, kMinuteUs, 1}).admitted);
    EXPECT_FALSE(answer(TakeLimit{key, kMinuteUs, 1}).admitted);
    EXPECT_EQ(answer(BeginAttempt{key, "", kRule}).failures, 1);
  }
}

TEST_F(Counters, what_is_out_of_range_is_invalid) {
  const std::string long_key(kMaxKeyBytes + 1, 'k');
  expect_invalid(TakeLimit{"", kMinuteUs, 1});
  expect_invalid(TakeLimit{long_key, kMinuteUs, 1});
  expect_invalid(TakeLimit{key_, 0, 1});
  expect_invalid(TakeLimit{key_, kMinuteUs, 0});
  expect_invalid(TakeLimit{key_, kMinuteUs, 1, -1});
  expect_invalid(BeginAttempt{"", "", kRule});
  expect_invalid(BeginAttempt{key_, long_key, kRule});
  expect_invalid(BeginAttempt{key_, "", {3, 1000, 1000, 0}});
  expect_invalid(BeginAttempt{key_, "", kRule, AttemptsApart{0, 0}});
  expect_invalid(BeginAttempt{key_, "", kRule, AttemptsApart{1, -1}});
  expect_invalid(BeginAttempt{key_, "", kRule, std::nullopt, AttemptsApart{-1, 0}});
  expect_invalid(ClearAttempts{key_, -1});
  expect_invalid(GetAttempts{long_key});
  expect_invalid(ClearAttempts{""});
}

}  // namespace
}  // namespace gateway::conformance
