// How plugins/rate_limit counts: exact numbers on a clock of the test's own.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "plugins/rate_limit/keyed_hash.hpp"
#include "plugins/rate_limit/memory_limit_store.hpp"

namespace gateway::rate_limit {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr Limit kTenAMinute{6 * kSecond, 10};
constexpr HashKey kKey{1, 2};

LimitKey address_key(std::string_view subject, std::string_view rule = "auth") {
  return {rule, SubjectKind::Address, subject};
}

int admitted_of(MemoryLimitStore& store, int tries, std::int64_t now, std::string_view subject = "a") {
  int admitted = 0;
  for (int i = 0; i < tries; ++i)
    admitted += store.decide(address_key(subject), kTenAMinute, 1, now).admitted ? 1 : 0;
  return admitted;
}

TEST(LimitStore, the_burst_is_admitted_and_then_one_for_each_interval) {
  MemoryLimitStore store(1000, kKey);
  std::int64_t now = 1000 * kSecond;
  for (int i = 0; i < 10; ++i) {
    const Decision decision = store.decide(address_key("a"), kTenAMinute, 1, now);
    EXPECT_TRUE(decision.admitted);
    EXPECT_EQ(decision.remaining, 9 - i);
    EXPECT_EQ(decision.full_in_ns, (i + 1) * 6 * kSecond);
    EXPECT_EQ(decision.retry_in_ns, i < 9 ? 0 : 6 * kSecond);
  }
  const Decision refused = store.decide(address_key("a"), kTenAMinute, 1, now);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_EQ(refused.retry_in_ns, 6 * kSecond);
  EXPECT_EQ(refused.full_in_ns, 60 * kSecond) << "a refusal costs nothing";
  EXPECT_EQ(admitted_of(store, 5, now + 6 * kSecond - 1), 0);
  EXPECT_EQ(admitted_of(store, 5, now + 6 * kSecond), 1);
  EXPECT_EQ(admitted_of(store, 5, now + 17 * kSecond), 1);
  EXPECT_EQ(admitted_of(store, 5, now + 18 * kSecond), 1);
  EXPECT_EQ(admitted_of(store, 50, now + 18 * kSecond + 60 * kSecond), 10);
  EXPECT_EQ(admitted_of(store, 50, now + 10'000 * kSecond), 10) << "never more than the burst";
}

TEST(LimitStore, there_is_no_edge_where_two_windows_meet) {
  MemoryLimitStore store(1000, kKey);
  // Ten at the end of one minute of the clock leave one for each six seconds of the next.
  EXPECT_EQ(admitted_of(store, 20, 59 * kSecond), 10);
  EXPECT_EQ(admitted_of(store, 20, 60 * kSecond), 0);
  EXPECT_EQ(admitted_of(store, 20, 65 * kSecond), 1);
  // Whatever the times, an hour has its sixty minutes' worth and one burst.
  int admitted = 0;
  for (std::int64_t at = 0; at < 3600 * 10; ++at)
    admitted += admitted_of(store, 1, 1000 * kSecond + at * kSecond / 10, "b");
  EXPECT_EQ(admitted, 600 + 9) << "the first takes the burst's place of the last";
}

TEST(LimitStore, keys_count_by_themselves) {
  MemoryLimitStore store(1000, kKey);
  EXPECT_EQ(admitted_of(store, 20, kSecond, "a"), 10);
  EXPECT_EQ(admitted_of(store, 20, kSecond, "b"), 10);
  EXPECT_EQ(admitted_of(store, 20, kSecond, ""), 10);
  EXPECT_TRUE(store.decide({"auth", SubjectKind::User, "a"}, kTenAMinute, 1, kSecond).admitted);
  EXPECT_TRUE(store.decide(address_key("a", "read"), kTenAMinute, 1, kSecond).admitted);
  EXPECT_FALSE(store.decide(address_key("a"), kTenAMinute, 1, kSecond).admitted);
}

TEST(LimitStore, a_look_costs_nothing) {
  MemoryLimitStore store(1000, kKey);
  for (int i = 0; i < 50; ++i)
    EXPECT_TRUE(store.decide(address_key("a"), kTenAMinute, 0, kSecond).admitted);
  EXPECT_EQ(store.size(kSecond), 0U);
}

TEST(LimitStore, what_is_given_back_was_never_taken) {
  MemoryLimitStore store(1000, kKey);
  EXPECT_EQ(admitted_of(store, 20, kSecond, "a"), 10);
  for (int i = 0; i < 3; ++i)
    store.give_back(address_key("a"), kTenAMinute, kSecond);
  EXPECT_EQ(store.decide(address_key("a"), kTenAMinute, 0, kSecond).full_in_ns, 7 * kTenAMinute.interval_ns);
  EXPECT_EQ(admitted_of(store, 20, kSecond, "a"), 3);
  // Never more than there can be.
  for (int i = 0; i < 30; ++i)
    store.give_back(address_key("a"), kTenAMinute, kSecond);
  EXPECT_EQ(store.size(kSecond), 0U);
  EXPECT_EQ(admitted_of(store, 20, kSecond, "a"), 10);
  store.give_back(address_key("a"), kTenAMinute, 1000 * kSecond);
  store.give_back(address_key("b"), kTenAMinute, 1000 * kSecond);
  EXPECT_EQ(store.size(1000 * kSecond), 0U);
  EXPECT_EQ(admitted_of(store, 20, 1000 * kSecond, "a"), 10);
}

TEST(LimitStore, a_million_addresses_stay_below_100_mb_and_are_all_remembered) {
  constexpr std::size_t kAddresses = 1'000'000;
  MemoryLimitStore store(kAddresses, kKey);
  EXPECT_LT(store.bytes(), 100U * 1000 * 1000);
  const std::size_t bytes = store.bytes();
  for (std::uint32_t i = 0; i < kAddresses; ++i)
    ASSERT_TRUE(
        store.decide(address_key({reinterpret_cast<const char*>(&i), 4}), kTenAMinute, 1, kSecond).admitted);
  EXPECT_EQ(store.bytes(), bytes);
  EXPECT_GT(store.size(kSecond), kAddresses - kAddresses / 500) << "sets that are full are rare";
  EXPECT_EQ(store.size(7 * kSecond), 0U) << "what has run out holds no place";
  // Ten times as many as there is room for: the table is as large as before, and nobody is refused.
  for (std::uint32_t i = 0; i < 10 * kAddresses; ++i)
    ASSERT_TRUE(
        store.decide(address_key({reinterpret_cast<const char*>(&i), 4}, "read"), kTenAMinute, 1, kSecond)
            .admitted);
  EXPECT_EQ(store.bytes(), bytes);
  EXPECT_LE(store.size(kSecond), store.places());
}

TEST(LimitStore, who_is_at_the_limit_is_the_last_to_be_forgotten) {
  MemoryLimitStore store(1000, kKey);
  EXPECT_EQ(admitted_of(store, 20, kSecond, "attacker"), 10);
  for (std::uint32_t i = 0; i < 100'000; ++i)
    store.decide(address_key({reinterpret_cast<const char*>(&i), 4}), kTenAMinute, 1, kSecond);
  EXPECT_EQ(store.size(kSecond), store.places()) << "the table is full";
  EXPECT_EQ(admitted_of(store, 20, kSecond, "attacker"), 0);
}

TEST(LimitStore, concurrent_decisions_never_admit_too_many) {
  MemoryLimitStore store(1000, kKey);
  constexpr Limit kThousand{kSecond, 1000};
  std::atomic<int> admitted{0};
  std::atomic<std::int64_t> least{1000};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) {
        const Decision decision = store.decide(address_key("a"), kThousand, 1, kSecond);
        if (!decision.admitted) continue;
        ++admitted;
        std::int64_t seen = least;
        while (decision.remaining < seen && !least.compare_exchange_weak(seen, decision.remaining)) {
        }
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(admitted, 1000);
  EXPECT_EQ(least, 0);
}

TEST(KeyedHash, is_siphash_2_4) {
  constexpr HashKey kPaper{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};
  std::string input;
  for (char c = 0; c < 15; ++c)
    input.push_back(c);
  EXPECT_EQ(keyed_hash(kPaper, input), 0xa129ca6149be45e5U) << "appendix A of the paper";
  EXPECT_EQ(keyed_hash(kPaper, ""), 0x726fdb47dd0e0e31U) << "the authors' test vectors";
  EXPECT_EQ(keyed_hash(kPaper, std::string_view(input).substr(0, 8)), 0x93f5f5799a932462U);
}

}  // namespace
}  // namespace gateway::rate_limit
