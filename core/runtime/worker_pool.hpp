// WorkerPool: a fixed number of threads behind a bounded queue. What blocks or burns a core runs here, never
// on an I/O thread.
//
// try_post() never waits: false means the queue is full (or the pool is stopped), and the caller answers
// "overloaded" at once. A task must not throw; one that does ends the process, since nothing could answer for
// it. `nice` lowers the threads' priority below the I/O threads, so that a storm of password hashing cannot
// starve them. Thread safety: try_post and the figures from any thread; stop() once. Ownership: tasks are
// destroyed by the pool.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gateway::runtime {

struct WorkerPoolOptions {
  std::string name;  // of the threads, at most 12 characters
  std::size_t threads = 1;
  std::size_t queue_capacity = 64;
  int nice = 0;
  // Called on the worker's thread for every run of tasks that it finds without waiting; calls `run` once.
  // Empty: just runs them. A run takes on no more tasks once it has had WorkerPool::kMostTasks, or lasts
  // longest_run.
  std::function<void(const std::function<void()>& run)> around_run;
  std::chrono::microseconds longest_run{500};
};

class WorkerPool {
 public:
  using Task = std::function<void()>;
  static constexpr std::size_t kMostTasks = 16;

  explicit WorkerPool(WorkerPoolOptions options);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  [[nodiscard]] bool try_post(Task task);
  // Finishes what is running, runs what is queued, joins. Idempotent.
  void stop();

  const std::string& name() const noexcept { return options_.name; }
  std::size_t threads() const noexcept { return options_.threads; }
  std::size_t queued() const noexcept { return queued_.load(std::memory_order_relaxed); }
  std::size_t busy() const noexcept { return busy_.load(std::memory_order_relaxed); }
  std::size_t refused() const noexcept { return refused_.load(std::memory_order_relaxed); }

 private:
  void work(std::size_t index);
  bool wait_for(Task& task);    // false: stopped, and nothing is left
  bool take(Task& task);        // false: nothing is there
  bool take_first(Task& task);  // under the lock

  const WorkerPoolOptions options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> queue_;
  bool stopping_ = false;
  std::atomic<std::size_t> queued_{0};
  std::atomic<std::size_t> busy_{0};
  std::atomic<std::size_t> refused_{0};
  std::vector<std::thread> threads_;
};

}  // namespace gateway::runtime
