// limits.take as Redis decides it: the same as this process's own, exact among many, and gone in time.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

#include "plugins/rate_limit/memory_limit_store.hpp"
#include "storage/redis/scripts.hpp"
#include "tests/integration/redis/redis_fixture.hpp"

namespace gateway::testing {
namespace {

using LimitsTest = RedisFixture;

// Into debt, which this process's own counts never take by themselves: they are raised to what Redis answers.
rate_limit::Decision charged(rate_limit::MemoryLimitStore& memory, const rate_limit::LimitKey& key,
                             const rate_limit::Limit& limit, std::int64_t cost, std::int64_t now_ns) {
  const std::int64_t used_ns = memory.decide(key, limit, 0, now_ns).full_in_ns + limit.interval_ns * cost;
  memory.raise(key, std::min(used_ns, 2 * limit.burst_ns()), now_ns);
  rate_limit::Decision decision = memory.decide(key, limit, 0, now_ns);
  decision.admitted = true;
  decision.retry_in_ns =
      std::max<std::int64_t>(0, decision.full_in_ns + limit.interval_ns * cost - limit.burst_ns());
  return decision;
}

TEST_F(LimitsTest, the_burst_is_admitted_and_then_no_more) {
  const auto store = counters();
  const auto limit = take(key("a"), 60'000, 10);
  for (int i = 0; i < 10; ++i) {
    const auto taken = store->take_limit(limit, context());
    ASSERT_TRUE(taken) << taken.error().detail;
    EXPECT_TRUE(taken->admitted);
    EXPECT_EQ(taken->remaining, 9 - i);
    EXPECT_GT(taken->full_in_ms, i * 60'000);
    EXPECT_LE(taken->full_in_ms, (i + 1) * 60'000);
  }
  const auto refused = store->take_limit(limit, context());
  ASSERT_TRUE(refused);
  EXPECT_FALSE(refused->admitted);
  EXPECT_EQ(refused->remaining, 0);
  EXPECT_GT(refused->retry_in_ms, 55'000);
  EXPECT_LE(refused->retry_in_ms, 60'000);
  EXPECT_LE(refused->full_in_ms, 600'000) << "a refusal costs nothing";
  EXPECT_TRUE(store->take_limit(take(key("b"), 60'000, 10), context())->admitted) << "another key";
}

TEST_F(LimitsTest, what_is_refused_is_admitted_when_it_was_told) {
  const auto store = counters();
  const auto limit = take(key("a"), 400, 1);
  ASSERT_TRUE(store->take_limit(limit, context())->admitted);
  const auto refused = store->take_limit(limit, context());
  ASSERT_FALSE(refused->admitted);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(becomes([&] { return store->take_limit(limit, context())->admitted; }));
  // Between two answers of Redis, whose clock is this machine's: a little may have passed before the first.
  EXPECT_GT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(refused->retry_in_ms - 5));
}

TEST_F(LimitsTest, a_look_keeps_nothing_and_debt_is_bounded) {
  const auto store = counters();
  for (int i = 0; i < 20; ++i)
    EXPECT_TRUE(store->take_limit(take(key("a"), 60'000, 5, 0), context())->admitted);
  EXPECT_EQ(shared().cli({"EXISTS", "identity-gateway:limit:{" + key("a") + "}"}), "0");
  for (int i = 0; i < 30; ++i) {
    const auto charged = store->take_limit(take(key("a"), 60'000, 5, 1, true), context());
    EXPECT_TRUE(charged->admitted);
  }
  const auto look = store->take_limit(take(key("a"), 60'000, 5, 0), context());
  EXPECT_FALSE(look->admitted);
  EXPECT_GT(look->retry_in_ms, 355'000) << "one burst of debt and one interval";
  EXPECT_LE(look->retry_in_ms, 360'000);
}

// The script itself, with the time that Redis would ask its clock for given to it.
TEST_F(LimitsTest, decides_as_the_memory_of_one_process_does) {
  std::string text = redis::take_limit_script().text();
  const std::string clock = "redis.call('TIME')";
  ASSERT_NE(text.find(clock), std::string::npos);
  text.replace(text.find(clock), clock.size(), "{tonumber(ARGV[5]), tonumber(ARGV[6])}");
  const redis::Settings settings = redis::Settings::from(PluginConfig(shared().section()));
  const auto tls = redis::TlsContext::create(settings.root_certificate);
  ASSERT_TRUE(tls);
  const redis::Deadline deadline = redis::Deadline::in_ms(60'000);
  const auto connection = redis::Connection::open(settings, &*tls, deadline, -1);
  ASSERT_TRUE(connection) << connection.error().error.detail;

  std::mt19937_64 random(20261123);
  const auto pick = [&](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  int refused = 0;
  int decided = 0;
  for (int sequence = 0; sequence < 40; ++sequence) {
    rate_limit::MemoryLimitStore memory(1000, {1, 2});
    const rate_limit::Limit limit{pick(2, 6'000'000) * 1000, pick(1, 20)};
    const rate_limit::LimitKey subject{"rule", rate_limit::SubjectKind::Address, "a"};
    // The point in the past where the key expires by the real clock does not matter: it lives for seconds.
    std::int64_t now_us = 1'900'000'000'000'000 + pick(0, 1'000'000'000);
    const std::string name = "identity-gateway:" + key(std::to_string(sequence));
    for (int step = 0; step < 60; ++step, ++decided) {
      now_us += pick(0, 9) == 0 ? pick(0, limit.burst_ns() / 1000) : pick(0, limit.interval_ns / 2000);
      const std::int64_t cost = pick(0, 3);
      const bool debt = cost > 0 && pick(0, 4) == 0;
      const auto here = debt ? charged(memory, subject, limit, cost, now_us * 1000)
                             : memory.decide(subject, limit, cost, now_us * 1000);
      const std::array<std::string, 6> values{std::to_string(limit.interval_ns / 1000),
                                              std::to_string(limit.burst),
                                              std::to_string(cost),
                                              debt ? "1" : "0",
                                              std::to_string(now_us / 1'000'000),
                                              std::to_string(now_us % 1'000'000)};
      redis::Arguments arguments{"EVAL", text, "1", name};
      arguments.insert(arguments.end(), values.begin(), values.end());
      const auto there = (*connection)->run("test", arguments, deadline);
      ASSERT_TRUE(there) << there.error().error.detail;
      ASSERT_EQ((*there)->elements, 4U);
      ASSERT_EQ((*there)->element[0]->integer, here.admitted ? 1 : 0) << sequence << " " << step;
      ASSERT_EQ((*there)->element[1]->integer, here.remaining) << sequence << " " << step;
      ASSERT_EQ((*there)->element[2]->integer * 1000, here.full_in_ns) << sequence << " " << step;
      ASSERT_EQ((*there)->element[3]->integer * 1000, here.retry_in_ns) << sequence << " " << step;
      refused += here.admitted ? 0 : 1;
    }
  }
  EXPECT_GT(refused, decided / 20) << "the sequences have to come to their limits";
  EXPECT_LT(refused, decided / 2);
}

TEST_F(LimitsTest, many_threads_of_two_instances_get_exactly_the_burst) {
  const auto first = counters();
  const auto second = counters();
  constexpr std::int64_t kBurst = 500;
  std::atomic<int> admitted{0};
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 150; ++i) {
        const auto taken = (t % 2 == 0 ? first : second)
                               ->take_limit(take(key("a"), 86'400'000 / 100, kBurst), context(20'000));
        if (!taken) ++failed;
        if (taken && taken->admitted) ++admitted;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(admitted, kBurst);
  EXPECT_LE(first->pool().open_connections(), 8U);
}

TEST_F(LimitsTest, every_key_has_an_end) {
  const auto store = counters();
  ASSERT_TRUE(store->take_limit(take(key("a"), 20'000, 3), context())->admitted);
  const int left_ms = std::stoi(shared().cli({"PTTL", "identity-gateway:limit:{" + key("a") + "}"}));
  EXPECT_GT(left_ms, 15'000);
  EXPECT_LE(left_ms, 21'000);
  ASSERT_TRUE(store->take_limit(take(key("short"), 1, 1), context())->admitted);
  EXPECT_TRUE(becomes([&] {
    return shared().cli({"EXISTS", "identity-gateway:limit:{" + key("short") + "}"}) == "0";
  }));
}

TEST_F(LimitsTest, numbers_out_of_range_are_invalid) {
  const auto store = counters();
  for (const auto& wrong :
       {take("", 1000, 1), take(std::string(129, 'k'), 1000, 1), take("k", 0, 1), take("k", 1000, 0),
        take("k", -5, 1), take("k", 1000, 1, -1), take("k", 86'400'001, 1), take("k", 1000, 1'000'001)}) {
    const auto taken = store->take_limit(wrong, context());
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().kind, ErrorKind::Invalid);
  }
}

}  // namespace
}  // namespace gateway::testing
