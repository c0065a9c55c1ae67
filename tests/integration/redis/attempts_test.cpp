// attempts.* as Redis decides them. Times are Redis's own, so these tests wait for what they were told to
// wait.
#include <atomic>
#include <thread>
#include <vector>

#include "tests/integration/redis/redis_fixture.hpp"

namespace gateway::testing {
namespace {

namespace c = counters;

class AttemptsTest : public RedisFixture {
 protected:
  static constexpr c::AttemptRule kRule{3, 10'000, 60'000, 600'000};

  c::BegunAttempt begin(const std::string& trusted = "", const c::AttemptRule& rule = kRule) {
    const auto begun = store_->begin_attempt({key("k"), trusted, rule}, context());
    EXPECT_TRUE(begun) << begun.error().detail;
    return begun ? *begun : c::BegunAttempt{};
  }
  void settle(c::AttemptOutcome outcome, const std::string& trusted = "", std::int64_t trust_ms = 0,
              const c::AttemptRule& rule = kRule) {
    const auto settled = store_->settle_attempt({key("k"), trusted, outcome, trust_ms, rule}, context());
    EXPECT_TRUE(settled) << settled.error().detail;
  }
  c::AttemptState state(const std::string& name) {
    const auto got = store_->get_attempts({name}, context());
    EXPECT_TRUE(got) << got.error().detail;
    return got ? *got : c::AttemptState{};
  }

  std::unique_ptr<redis::RedisCounters> store_ = counters();
};

TEST_F(AttemptsTest, the_free_ones_then_a_delay_that_doubles_up_to_the_longest) {
  for (int i = 1; i <= 2; ++i) {
    const auto begun = begin();
    EXPECT_TRUE(begun.allowed);
    EXPECT_EQ(begun.failures, i);
    EXPECT_EQ(state(key("k")).retry_in_ms, 0);
  }
  EXPECT_EQ(begin().failures, 3);
  EXPECT_GT(state(key("k")).retry_in_ms, 9'000);
  EXPECT_LE(state(key("k")).retry_in_ms, 10'000);
  const auto refused = begin();
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.failures, 3) << "a refusal changes nothing";
  EXPECT_GT(refused.retry_in_ms, 9'000);
  EXPECT_LE(refused.retry_in_ms, 10'000);

  const c::AttemptRule quick{1, 300, 700, 60'000};
  ASSERT_TRUE(store_->clear_attempts({key("k")}, context()));
  for (const std::int64_t expected : {300, 600, 700}) {
    EXPECT_TRUE(becomes([&] { return begin("", quick).allowed; }));
    const std::int64_t retry_in_ms = begin("", quick).retry_in_ms;
    EXPECT_LE(retry_in_ms, expected);
    EXPECT_GT(retry_in_ms, expected - 250);
  }
}

TEST_F(AttemptsTest, success_forgets_and_withdrawing_takes_one_back) {
  for (int i = 0; i < 3; ++i)
    begin();
  settle(c::AttemptOutcome::Withdrawn);
  EXPECT_EQ(state(key("k")).failures, 2);
  EXPECT_EQ(state(key("k")).retry_in_ms, 0) << "two are free";
  EXPECT_EQ(begin().failures, 3);
  settle(c::AttemptOutcome::Succeeded);
  EXPECT_EQ(state(key("k")).failures, 0);
  settle(c::AttemptOutcome::Withdrawn);
  EXPECT_EQ(state(key("k")).failures, 0) << "what was forgotten stays forgotten";
  EXPECT_TRUE(begin().allowed);
  settle(c::AttemptOutcome::Withdrawn);
  settle(c::AttemptOutcome::Withdrawn);
  EXPECT_EQ(state(key("k")).failures, 0) << "never below none";
}

TEST_F(AttemptsTest, a_trusted_key_counts_by_itself_while_it_is_trusted) {
  const std::string device = key("device");
  begin(device);
  EXPECT_EQ(state(key("k")).failures, 1);
  EXPECT_EQ(state(device).failures, 0) << "not trusted yet";
  settle(c::AttemptOutcome::Succeeded, device, 60'000);
  EXPECT_EQ(state(key("k")).failures, 0);

  for (int i = 0; i < 3; ++i)
    begin();  // somebody without it is at the delay
  EXPECT_FALSE(begin().allowed);
  const auto begun = begin(device);
  EXPECT_TRUE(begun.allowed) << "who is trusted does not suffer for others";
  EXPECT_TRUE(begun.trusted);
  EXPECT_EQ(state(device).failures, 1);
  EXPECT_EQ(state(key("k")).failures, 3);
  settle(c::AttemptOutcome::Withdrawn, device);
  EXPECT_EQ(state(device).failures, 0);
  EXPECT_EQ(begin(device).failures, 1);
  settle(c::AttemptOutcome::Succeeded, device);
  EXPECT_EQ(state(key("k")).failures, 3) << "the record that was counted on goes, and no other";
  for (int i = 0; i < 3; ++i)
    begin(device);
  EXPECT_FALSE(begin(device).allowed) << "and has a delay of its own";
  EXPECT_TRUE(begin(device).trusted);
}

TEST_F(AttemptsTest, trust_and_records_end) {
  const std::string device = key("device");
  begin(device);
  settle(c::AttemptOutcome::Succeeded, device, 30);
  EXPECT_TRUE(becomes([&] {
    begin(device);
    return state(key("k")).failures > 0;
  })) << "trust has ended";

  const c::AttemptRule short_lived{1, 60'000, 60'000, 50};
  ASSERT_TRUE(store_->clear_attempts({key("k")}, context()));
  EXPECT_TRUE(begin("", short_lived).allowed);
  EXPECT_EQ(begin("", short_lived).failures, 1);
  EXPECT_TRUE(becomes([&] { return state(key("k")).failures == 0; })) << "forgotten 50 ms after the last";
  EXPECT_TRUE(begin().allowed);
  const int left_ms = std::stoi(shared().cli({"PTTL", "identity-gateway:{attempts}:failed:" + key("k")}));
  EXPECT_GT(left_ms, 590'000);
  EXPECT_LE(left_ms, 600'000);
  begin();
  settle(c::AttemptOutcome::Withdrawn);
  EXPECT_GT(std::stoi(shared().cli({"PTTL", "identity-gateway:{attempts}:failed:" + key("k")})), 590'000)
      << "taking one back leaves the end where it is";
}

// What the suite of counters cannot see: that nothing is kept for longer than it says something.
TEST_F(AttemptsTest, what_was_counted_apart_and_a_clearing_end_too) {
  const auto left_ms = [&](const std::string& what) {
    return std::stoi(shared().cli({"PTTL", "identity-gateway:{attempts}:" + what + ":" + key("k")}));
  };
  c::BeginAttempt apart{key("k"), "", kRule, c::AttemptsApart{5, 20'000}};
  const auto begun = store_->begin_attempt(apart, context());
  ASSERT_TRUE(begun) << begun.error().detail;
  EXPECT_FALSE(begun->allowed);
  EXPECT_LE(left_ms("failed"), 580'000) << "so long after the last, which was somewhere else";
  EXPECT_GT(left_ms("failed"), 570'000);

  ASSERT_TRUE(store_->clear_attempts({key("k"), 30'000}, context()));
  EXPECT_EQ(left_ms("failed"), -2);
  EXPECT_LE(left_ms("cleared"), 30'000);
  EXPECT_GT(left_ms("cleared"), 20'000);
  ASSERT_TRUE(store_->begin_attempt(apart, context())->allowed);

  ASSERT_TRUE(store_->clear_attempts({key("other")}, context()));
  EXPECT_EQ(shared().cli({"EXISTS", "identity-gateway:{attempts}:cleared:" + key("other")}), "0");
}

TEST_F(AttemptsTest, many_at_once_gain_nothing) {
  const auto other = counters();
  std::atomic<int> allowed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const auto begun =
            (t % 2 == 0 ? store_ : other)->begin_attempt({key("k"), "", kRule}, context(20'000));
        if (begun && begun->allowed) ++allowed;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(allowed, 3);
}

TEST_F(AttemptsTest, keys_and_rules_out_of_range_are_invalid) {
  const std::string long_key(129, 'k');
  EXPECT_EQ(store_->begin_attempt({"", "", kRule}, context()).error().kind, ErrorKind::Invalid);
  EXPECT_EQ(store_->begin_attempt({"k", long_key, kRule}, context()).error().kind, ErrorKind::Invalid);
  EXPECT_EQ(store_->begin_attempt({"k", "", {0, 0, 0, 0}}, context()).error().kind, ErrorKind::Invalid);
  EXPECT_EQ(store_->begin_attempt({"k", "", {-1, 0, 0, 1}}, context()).error().kind, ErrorKind::Invalid);
  EXPECT_EQ(store_->get_attempts({long_key}, context()).error().kind, ErrorKind::Invalid);
  EXPECT_EQ(
      store_->settle_attempt({"k", "", c::AttemptOutcome::Succeeded, -1, kRule}, context()).error().kind,
      ErrorKind::Invalid);
}

}  // namespace
}  // namespace gateway::testing
