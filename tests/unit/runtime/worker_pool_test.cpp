#include "core/runtime/worker_pool.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace gateway::runtime {
namespace {

// Keeps a worker busy until it is opened.
class Gate {
 public:
  void open() { opened_.set_value(); }
  WorkerPool::Task task() {
    return [this] {
      entered_.fetch_add(1);
      entered_.notify_all();
      future_.wait();
    };
  }
  void wait_until_entered(int count) {
    for (int now = entered_.load(); now < count; now = entered_.load())
      entered_.wait(now);
  }

 private:
  std::promise<void> opened_;
  std::shared_future<void> future_ = opened_.get_future().share();
  std::atomic<int> entered_{0};
};

TEST(WorkerPool, RefusesWhenTheQueueIsFullAndCounts) {
  Gate gate;
  WorkerPool pool({.name = "test", .threads = 2, .queue_capacity = 3});
  ASSERT_TRUE(pool.try_post(gate.task()));
  ASSERT_TRUE(pool.try_post(gate.task()));
  gate.wait_until_entered(2);  // both threads are taken
  EXPECT_EQ(pool.busy(), 2U);
  std::atomic<int> ran{0};
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(pool.try_post([&ran] { ran.fetch_add(1); }));
  EXPECT_EQ(pool.queued(), 3U);
  EXPECT_FALSE(pool.try_post([&ran] { ran.fetch_add(1); }));
  EXPECT_EQ(pool.refused(), 1U);
  gate.open();
  pool.stop();
  EXPECT_EQ(ran.load(), 3);
  EXPECT_EQ(pool.queued(), 0U);
  EXPECT_EQ(pool.busy(), 0U);
}

TEST(WorkerPool, StopRunsWhatIsQueuedAndRefusesTheRest) {
  Gate gate;
  WorkerPool pool({.name = "a name longer than the limit", .threads = 1, .queue_capacity = 100});
  ASSERT_TRUE(pool.try_post(gate.task()));
  gate.wait_until_entered(1);
  std::vector<int> order;  // one thread runs them, stop() joins it
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(pool.try_post([&order, i] { order.push_back(i); }));
  std::thread stopper([&pool] { pool.stop(); });
  gate.open();
  stopper.join();
  ASSERT_EQ(order.size(), 50U);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(order.at(static_cast<std::size_t>(i)), i);
  EXPECT_FALSE(pool.try_post([] {}));
  pool.stop();  // again: nothing happens
}

TEST(WorkerPool, TasksAreReleasedWithThePool) {
  auto held = std::make_shared<int>(1);
  {
    WorkerPool pool({.name = "test", .threads = 1, .queue_capacity = 10});
    for (int i = 0; i < 5; ++i)
      ASSERT_TRUE(pool.try_post([held] {}));
  }
  EXPECT_EQ(held.use_count(), 1);
}

// How many of `count` tasks that are there each run has. One thread, and stop() joins it.
std::vector<int> runs_of(int count, std::chrono::microseconds longest_run) {
  Gate gate;
  int running = 0;
  std::vector<int> runs;
  WorkerPool pool({.name = "test",
                   .threads = 1,
                   .queue_capacity = 100,
                   .around_run =
                       [&](const std::function<void()>& run) {
                         running = 0;
                         run();
                         runs.push_back(running);
                       },
                   .longest_run = longest_run});
  if (!pool.try_post(gate.task())) return runs;
  gate.wait_until_entered(1);
  for (int i = 0; i < count; ++i) {
    if (!pool.try_post([&running] { ++running; })) break;
  }
  gate.open();
  pool.stop();
  return runs;
}

// The gate is the first task of the first run and does not count itself.
TEST(WorkerPool, TasksThatAreThereAreRunTogether) {
  constexpr int kMost = WorkerPool::kMostTasks;
  EXPECT_EQ(runs_of(2 * kMost, std::chrono::hours(1)), (std::vector<int>{kMost - 1, kMost, 1}));
}

TEST(WorkerPool, ARunThatHasHadItsTimeTakesOnNoMore) {
  EXPECT_EQ(runs_of(3, std::chrono::microseconds(0)), (std::vector<int>{0, 1, 1, 1}));
}

TEST(WorkerPool, ManyPostersLoseNothing) {
  WorkerPool pool({.name = "test", .threads = 2, .queue_capacity = 64});
  std::atomic<std::size_t> accepted{0};
  std::atomic<std::size_t> ran{0};
  std::vector<std::thread> posters;
  posters.reserve(4);
  for (int t = 0; t < 4; ++t) {
    posters.emplace_back([&] {
      for (int i = 0; i < 2'000; ++i) {
        if (pool.try_post([&ran] { ran.fetch_add(1); })) accepted.fetch_add(1);
      }
    });
  }
  for (std::thread& poster : posters)
    poster.join();
  pool.stop();
  EXPECT_EQ(ran.load(), accepted.load());
  EXPECT_EQ(accepted.load() + pool.refused(), 8'000U);
}

}  // namespace
}  // namespace gateway::runtime
