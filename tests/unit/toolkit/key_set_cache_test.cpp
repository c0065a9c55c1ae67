#include "gateway/toolkit/jose/key_set_cache.hpp"

#include <atomic>
#include <deque>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/unit/toolkit/jose_samples.hpp"

namespace gateway::toolkit {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

std::string set_with(std::initializer_list<const char*> kids) {
  std::vector<Jwk> keys;
  for (const char* kid : kids)
    keys.push_back({kid, samples::key_of(JwsAlgorithm::ES256).public_key()});
  return JwkSet::from_keys(std::move(keys))->to_json();
}

// An issuer whose answers the test sets, a clock that the test moves, and the cache between them.
class KeySetCacheTest : public ::testing::Test {
 protected:
  Result<FetchedKeySet> answer() {
    ++fetches_;
    return next_;
  }

  void publish(std::initializer_list<const char*> kids, std::int64_t max_age_ms = kHourMs) {
    next_ = FetchedKeySet{set_with(kids), max_age_ms};
  }

  bool has(const char* kid) {
    const auto keys = cache_.keys_for(kid);
    return keys.ok() && (*keys)->find(kid) != nullptr;
  }

  KeySetCacheOptions options_{.min_ttl_ms = 60'000,
                              .max_ttl_ms = 24 * kHourMs,
                              .refresh_ahead_ms = 300'000,
                              .stale_ms = 6 * kHourMs,
                              .min_fetch_interval_ms = 30'000,
                              .retry_ms = 2'000,
                              .unknown_key_ms = 60'000,
                              .max_wait_ms = 20'000};
  std::atomic<std::int64_t> now_ms_{1'000'000};
  std::atomic<int> fetches_{0};
  Result<FetchedKeySet> next_ = unavailable("not published yet");
  KeySetCache cache_{options_, [this] { return answer(); }, JwkSet::parse, [this] { return now_ms_.load(); }};
};

TEST_F(KeySetCacheTest, FetchesOnFirstUseOnly) {
  publish({"a"});
  EXPECT_EQ(cache_.snapshot(), nullptr);
  EXPECT_FALSE(cache_.knows("a"));
  EXPECT_TRUE(has("a"));
  EXPECT_TRUE(has("a"));
  EXPECT_TRUE(cache_.knows("a"));
  EXPECT_NE(cache_.snapshot(), nullptr);
  EXPECT_EQ(fetches_, 1);
}

TEST_F(KeySetCacheTest, check_12_RefreshedInTheBackgroundBeforeExpiry) {
  publish({"a"});
  EXPECT_TRUE(*cache_.refresh_if_due());  // nothing held: due
  EXPECT_FALSE(*cache_.refresh_if_due());
  now_ms_ += kHourMs - 300'000 - 1;
  EXPECT_FALSE(*cache_.refresh_if_due());
  publish({"b"});
  now_ms_ += 1;
  EXPECT_TRUE(*cache_.refresh_if_due());
  EXPECT_EQ(fetches_, 2);
  EXPECT_TRUE(cache_.knows("b"));
  EXPECT_FALSE(cache_.knows("a"));
}

TEST_F(KeySetCacheTest, check_12_LifetimesAreBounded) {
  publish({"a"}, 0);
  EXPECT_TRUE(has("a"));
  now_ms_ += 29'999;
  EXPECT_FALSE(*cache_.refresh_if_due());
  now_ms_ += 1;  // half of min_ttl_ms, the shortest lifetime
  publish({"a"}, std::numeric_limits<std::int64_t>::max());
  EXPECT_TRUE(*cache_.refresh_if_due());
  now_ms_ += 24 * kHourMs - 300'000;  // max_ttl_ms, the longest
  publish({"a"}, std::numeric_limits<std::int64_t>::min());
  EXPECT_TRUE(*cache_.refresh_if_due());
  EXPECT_EQ(fetches_, 3);
}

TEST_F(KeySetCacheTest, check_12_StaleKeysServeOnErrorWithinTheBound) {
  publish({"a"});
  EXPECT_TRUE(has("a"));
  next_ = unavailable("down");
  now_ms_ += kHourMs;  // expired
  const auto refreshed = cache_.refresh_if_due();
  ASSERT_FALSE(refreshed.ok());
  EXPECT_EQ(refreshed.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(refreshed.error().retry_after_ms, 30'000);
  EXPECT_TRUE(has("a"));
  now_ms_ += 6 * kHourMs - 1;
  EXPECT_TRUE(has("a"));
  now_ms_ += 1;
  EXPECT_EQ(cache_.snapshot(), nullptr);
  const auto keys = cache_.keys_for("a");
  ASSERT_FALSE(keys.ok());
  EXPECT_EQ(keys.error().kind, ErrorKind::Unavailable);
  EXPECT_FALSE(cache_.export_keys().has_value());
}

TEST_F(KeySetCacheTest, check_12_AFailedOrEmptyFetchNeverReplacesGoodKeys) {
  publish({"a"});
  EXPECT_TRUE(has("a"));
  const auto good = cache_.snapshot();
  for (const char* body :
       {R"({"keys":[]})", "", "<html>", "{}", R"({"keys":[{"kty":"oct","kid":"a","k":"AA"}]})",
        R"({"keys":[{"kty":"EC","kid":"a"}]})"}) {
    now_ms_ += kHourMs;
    next_ = FetchedKeySet{body, kHourMs};
    EXPECT_FALSE(cache_.refresh_if_due().ok()) << body;
    EXPECT_EQ(cache_.snapshot(), good) << body;
  }
  EXPECT_EQ(fetches_, 7);
}

TEST_F(KeySetCacheTest, check_12_AnUnknownKeyIdFetchesOncePerInterval) {
  publish({"a"});
  EXPECT_TRUE(has("a"));
  now_ms_ += 30'000;
  for (int i = 0; i < 1'000; ++i)
    EXPECT_FALSE(has(("attack-" + std::to_string(i)).c_str()));
  EXPECT_EQ(fetches_, 2);
  now_ms_ += 29'999;
  EXPECT_FALSE(has("late"));
  EXPECT_EQ(fetches_, 2);
  now_ms_ += 1;
  EXPECT_FALSE(has("later"));
  EXPECT_EQ(fetches_, 3);
}

TEST_F(KeySetCacheTest, check_12_ANewKeyIsFoundAtOnceAfterTheInterval) {
  publish({"a"});
  EXPECT_TRUE(has("a"));
  publish({"a", "b"});
  EXPECT_FALSE(has("b"));  // within the interval: not asked, and not held against it
  now_ms_ += 30'000;
  EXPECT_TRUE(has("b"));
  EXPECT_EQ(fetches_, 2);
}

TEST_F(KeySetCacheTest, check_12_AKeyIdFoundAbsentIsRemembered) {
  publish({"a"});
  EXPECT_TRUE(has("a"));
  now_ms_ += 30'000;
  EXPECT_FALSE(has("ghost"));
  EXPECT_EQ(fetches_, 2);
  now_ms_ += 59'999;
  EXPECT_FALSE(has("ghost"));
  EXPECT_EQ(fetches_, 2);  // the interval has passed, but the answer is known
  publish({"a", "ghost"});
  now_ms_ += 1;
  EXPECT_TRUE(has("ghost"));
  EXPECT_EQ(fetches_, 3);
}

TEST_F(KeySetCacheTest, check_12_ARefreshEndsAnAbsence) {
  publish({"a"});
  EXPECT_TRUE(has("a"));
  now_ms_ += 30'000;
  EXPECT_FALSE(has("ghost"));
  publish({"a", "ghost"}, kHourMs);
  now_ms_ += 30'000;
  EXPECT_FALSE(has("other"));  // brings the new set
  EXPECT_TRUE(has("ghost"));
}

TEST_F(KeySetCacheTest, check_12_AHugeKeyIdIsNeverAskedFor) {
  publish({"a"});
  EXPECT_TRUE(has("a"));
  now_ms_ += 30'000;
  EXPECT_FALSE(has(std::string(kMaxKeyIdBytes + 1, 'k').c_str()));
  EXPECT_EQ(fetches_, 1);
}

// The issuer may have rotated while it cannot be asked: that is "cannot decide", not "no such key".
TEST_F(KeySetCacheTest, check_12_AnUnknownKeyIdDuringAnOutageIsAnError) {
  publish({"a"});
  EXPECT_TRUE(has("a"));
  next_ = unavailable("down");
  now_ms_ += 30'000;
  EXPECT_FALSE(cache_.keys_for("b").ok());
  EXPECT_FALSE(cache_.keys_for("b").ok());
  EXPECT_TRUE(has("a"));
  EXPECT_EQ(fetches_, 2);
  publish({"a", "b"});
  now_ms_ += 30'000;
  EXPECT_TRUE(has("b"));
}

TEST_F(KeySetCacheTest, WithoutKeysItRetriesSooner) {
  EXPECT_FALSE(cache_.keys_for("a").ok());
  EXPECT_EQ(cache_.keys_for("a").error().retry_after_ms, 2'000);
  now_ms_ += 1'999;
  EXPECT_FALSE(cache_.keys_for("a").ok());
  EXPECT_FALSE(*cache_.refresh_if_due());
  EXPECT_EQ(fetches_, 1);
  publish({"a"});
  now_ms_ += 1;
  EXPECT_TRUE(has("a"));
  EXPECT_EQ(fetches_, 2);
}

TEST_F(KeySetCacheTest, AClockThatWentBackDoesNotLockFetchingOut) {
  publish({"a"});
  EXPECT_TRUE(has("a"));
  publish({"a", "b"});
  now_ms_ -= kHourMs;
  EXPECT_TRUE(has("b"));
}

TEST_F(KeySetCacheTest, check_12_SingleFlight) {
  std::promise<void> entered;
  std::promise<void> release;
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  KeySetCache cache(
      options_,
      [&]() -> Result<FetchedKeySet> {
        ++fetches_;
        most = std::max(most.load(), ++running);
        entered.set_value();  // throws when called twice
        release.get_future().wait();
        --running;
        return FetchedKeySet{set_with({"a"}), kHourMs};
      },
      JwkSet::parse, [this] { return now_ms_.load(); });

  std::vector<std::future<bool>> callers;
  const auto ask = [&cache] {
    const auto keys = cache.keys_for("a");
    return keys.ok() && (*keys)->find("a") != nullptr;
  };
  callers.push_back(std::async(std::launch::async, ask));
  entered.get_future().wait();
  for (int i = 0; i < 7; ++i)
    callers.push_back(std::async(std::launch::async, ask));
  EXPECT_FALSE(*cache.refresh_if_due());  // somebody is at it
  EXPECT_EQ(cache.snapshot(), nullptr);   // and no lock is held meanwhile
  release.set_value();
  for (auto& caller : callers)
    EXPECT_TRUE(caller.get());
  EXPECT_EQ(fetches_, 1);
  EXPECT_EQ(most, 1);
}

TEST_F(KeySetCacheTest, check_12_WaitingForAFlightIsBounded) {
  options_.max_wait_ms = 1;
  std::promise<void> entered;
  std::promise<void> release;
  KeySetCache cache(
      options_,
      [&]() -> Result<FetchedKeySet> {
        entered.set_value();
        release.get_future().wait();
        return FetchedKeySet{set_with({"a"}), kHourMs};
      },
      JwkSet::parse, [this] { return now_ms_.load(); });
  auto first = std::async(std::launch::async, [&cache] { return cache.keys_for("a").ok(); });
  entered.get_future().wait();
  const auto second = cache.keys_for("a");
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, ErrorKind::Unavailable);
  release.set_value();
  EXPECT_TRUE(first.get());
}

// One fetches and one waits; whoever comes then is told so at once, and known keys are not touched by it.
TEST_F(KeySetCacheTest, check_12_NoMoreThanAFewWaitForAFlight) {
  options_.max_waiting = 1;
  std::promise<void> entered;
  std::promise<void> release;
  KeySetCache cache(
      options_,
      [&]() -> Result<FetchedKeySet> {
        if (++fetches_ == 1) return FetchedKeySet{set_with({"a"}), kHourMs};
        entered.set_value();
        release.get_future().wait();
        return FetchedKeySet{set_with({"a", "b"}), kHourMs};
      },
      JwkSet::parse, [this] { return now_ms_.load(); });
  ASSERT_TRUE(cache.keys_for("a").ok());
  now_ms_ += 30'000;
  auto first = std::async(std::launch::async, [&cache] { return cache.keys_for("b").ok(); });
  entered.get_future().wait();

  constexpr int kMore = 6;
  std::vector<std::future<Result<KeySetCache::Keys>>> more;
  for (int i = 0; i < kMore; ++i)
    more.push_back(std::async(std::launch::async, [&cache] { return cache.keys_for("b"); }));
  // All but one come back while the fetch still runs: waiting for them here would otherwise last for ever.
  int refused = 0;
  while (refused < kMore - 1) {
    refused = 0;
    for (auto& caller : more)
      refused += caller.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready ? 1 : 0;
  }
  EXPECT_TRUE((*cache.keys_for("a"))->find("a") != nullptr);
  release.set_value();
  EXPECT_TRUE(first.get());
  int served = 0;
  for (auto& caller : more) {
    const auto keys = caller.get();
    served += keys.ok() ? 1 : 0;
    if (!keys.ok()) {
      EXPECT_EQ(keys.error().kind, ErrorKind::Unavailable);
      EXPECT_GT(keys.error().retry_after_ms, 0);
    }
  }
  EXPECT_EQ(served, 1);
}

TEST_F(KeySetCacheTest, AThrowingFetcherIsAFailedFetch) {
  int calls = 0;
  KeySetCache cache(
      options_,
      [&]() -> Result<FetchedKeySet> {
        if (++calls == 1) throw std::runtime_error("secret detail");
        return FetchedKeySet{set_with({"a"}), kHourMs};
      },
      JwkSet::parse, [this] { return now_ms_.load(); });
  const auto keys = cache.keys_for("a");
  ASSERT_FALSE(keys.ok());
  EXPECT_EQ(keys.error().detail.find("secret"), std::string::npos);
  now_ms_ += 2'000;
  EXPECT_TRUE(cache.keys_for("a").ok());
}

TEST_F(KeySetCacheTest, KeysOutliveARestart) {
  publish({"a"});
  EXPECT_FALSE(cache_.export_keys().has_value());
  EXPECT_TRUE(has("a"));
  now_ms_ += kHourMs;
  const auto stored = cache_.export_keys();
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->usable_ms, 6 * kHourMs);

  int fetches = 0;
  KeySetCache next(
      options_,
      [&]() -> Result<FetchedKeySet> {
        ++fetches;
        return unavailable("down");
      },
      JwkSet::parse, [this] { return now_ms_.load(); });
  ASSERT_TRUE(next.import_keys(*stored).ok());
  EXPECT_TRUE(next.knows("a"));
  EXPECT_EQ(fetches, 0);
  EXPECT_FALSE(next.refresh_if_due().ok());  // due at once
  EXPECT_TRUE(next.knows("a"));
  now_ms_ += 6 * kHourMs;
  EXPECT_FALSE(next.knows("a"));
}

TEST_F(KeySetCacheTest, ImportIsCheckedAndBounded) {
  EXPECT_FALSE(cache_.import_keys({"<html>", kHourMs}).ok());
  EXPECT_FALSE(cache_.import_keys({R"({"keys":[]})", kHourMs}).ok());
  EXPECT_FALSE(cache_.import_keys({set_with({"a"}), 0}).ok());
  EXPECT_FALSE(cache_.import_keys({set_with({"a"}), -1}).ok());
  EXPECT_EQ(cache_.snapshot(), nullptr);

  ASSERT_TRUE(cache_.import_keys({set_with({"a"}), kHourMs}).ok());
  now_ms_ += kHourMs - 1;
  EXPECT_TRUE(cache_.knows("a"));
  now_ms_ += 1;
  EXPECT_FALSE(cache_.knows("a"));

  ASSERT_TRUE(cache_.import_keys({set_with({"a"}), std::numeric_limits<std::int64_t>::max()}).ok());
  now_ms_ += 6 * kHourMs - 1;
  EXPECT_TRUE(cache_.knows("a"));
  ASSERT_TRUE(cache_.import_keys({set_with({"b"}), kHourMs}).ok());
  EXPECT_FALSE(cache_.knows("b"));  // what works is not replaced
  now_ms_ += 1;
  EXPECT_FALSE(cache_.knows("a"));
}

TEST_F(KeySetCacheTest, ReadersAndWritersTogether) {
  std::atomic<int> wrong{0};
  std::atomic<bool> stop{false};
  std::atomic<int> inside{0};
  KeySetCache cache(
      options_,
      [&]() -> Result<FetchedKeySet> {
        if (++inside != 1) ++wrong;
        const bool fails = fetches_++ % 3 == 2;
        --inside;
        if (fails) return unavailable("down");
        return FetchedKeySet{set_with({"a", "b"}), 0};
      },
      JwkSet::parse, [this] { return now_ms_.load(); });
  ASSERT_TRUE(cache.keys_for("a").ok());

  std::vector<std::thread> threads;
  threads.reserve(5);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 300; ++i) {
        const auto keys = cache.keys_for(i % 5 == 0 ? "ghost" + std::to_string(t) : "a");
        if (i % 5 != 0 && (!keys.ok() || (*keys)->find("a") == nullptr)) ++wrong;
        if (const auto held = cache.snapshot(); held == nullptr || held->size() != 2) ++wrong;
        now_ms_ += 500;
      }
    });
  }
  threads.emplace_back([&] {
    while (!stop) {
      static_cast<void>(cache.refresh_if_due());
      static_cast<void>(cache.export_keys());
      std::this_thread::yield();
    }
  });
  for (std::size_t t = 0; t < 4; ++t)
    threads[t].join();
  stop = true;
  threads.back().join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(fetches_, 1);
}

}  // namespace
}  // namespace gateway::toolkit
