// Attempts that a gateway counted by itself while Redis was away, when it is back: its real parts, each
// instance with connections of its own, on a server that is killed and started anew.
#include "core/auth/fallback_attempt_counters.hpp"
#include "core/auth/shared_attempt_counters.hpp"
#include "tests/integration/redis/redis_fixture.hpp"

namespace gateway::testing {
namespace {

using auth::AttemptOutcome;
using auth::AttemptRule;

constexpr AttemptRule kRule{3, 60'000, 3'600'000, 7'200'000};

class HandClock final : public runtime::Clock {
 public:
  std::int64_t wall_ms() const noexcept override { return now_ms_; }
  std::int64_t monotonic_ms() const noexcept override { return now_ms_; }
  void advance(std::int64_t ms) { now_ms_ += ms; }

 private:
  std::int64_t now_ms_ = 1'800'000'000'000;
};

class SilentLogger final : public runtime::Logger {
 public:
  bool enabled(LogLevel, std::string_view) const noexcept override { return false; }
  void write(LogLevel, std::string_view, std::string_view,
             std::initializer_list<runtime::LogField>) noexcept override {}
};

class OutageTest : public RedisFixture {
 protected:
  struct Instance {
    Instance(std::unique_ptr<redis::RedisCounters> counts, const runtime::Clock& clock,
             runtime::Random& random, runtime::Logger& logger)
        : store(std::move(counts)),
          shared(*store, clock),
          local(1000, clock, random),
          counters(shared, local, clock, logger, metrics) {}

    std::unique_ptr<redis::RedisCounters> store;
    auth::SharedAttemptCounters shared;
    auth::LocalAttemptCounters local;
    runtime::Metrics metrics;
    auth::FallbackAttemptCounters counters;
  };

  auth::BegunAttempt begin(Instance& instance) {
    const auto begun = instance.counters.begin({key("k"), "", kRule}, context());
    EXPECT_TRUE(begun) << begun.error().detail;
    return begun ? *begun : auth::BegunAttempt{};
  }
  // Started anew, and empty. Nobody leaves it alone any longer.
  void comes_back() {
    server_.start();
    for (Instance* instance : {&one_, &other_})
      EXPECT_TRUE(becomes([&] { return instance->store->probe({}, context()).ok(); }));
    clock_.advance(auth::FallbackAttemptCounters::kLeaveAloneMs);
  }

  RedisServer server_;
  HandClock clock_;
  runtime::SystemRandom random_;
  SilentLogger logger_;
  Instance one_{counters(server_.section()), clock_, random_, logger_};
  Instance other_{counters(server_.section()), clock_, random_, logger_};
};

TEST_F(OutageTest, check_25_what_is_held_up_stays_so_at_every_instance) {
  EXPECT_TRUE(begin(one_).allowed);
  server_.kill();
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(begin(one_).allowed);
  EXPECT_FALSE(begin(one_).allowed);
  comes_back();
  for (int i = 0; i < 6; ++i) {
    EXPECT_FALSE(begin(one_).allowed);
    EXPECT_FALSE(begin(other_).allowed);
  }
  EXPECT_EQ(begin(other_).failures, 3);
  EXPECT_GT(begin(other_).retry_in_ms, 50'000);
  const auto settled = other_.counters.settle({key("k"), "", AttemptOutcome::Succeeded, 0, kRule}, context());
  EXPECT_TRUE(settled);
  EXPECT_EQ(begin(one_).failures, 1) << "what success forgot elsewhere is not brought back";
}

TEST_F(OutageTest, check_25_what_is_cleared_at_one_instance_is_cleared_at_all) {
  server_.kill();
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(begin(one_).allowed);
  EXPECT_FALSE(other_.counters.clear({key("k"), kRule.forget_after_ms}, context()));
  EXPECT_FALSE(begin(one_).allowed);
  comes_back();
  EXPECT_EQ(one_.counters.get(key("k"), context())->failures, 3);
  ASSERT_TRUE(other_.counters.clear({key("k"), kRule.forget_after_ms}, context()));
  EXPECT_EQ(one_.counters.get(key("k"), context())->failures, 0);
  EXPECT_EQ(begin(one_).failures, 1);
  EXPECT_EQ(begin(other_).failures, 2);
}

}  // namespace
}  // namespace gateway::testing
