#include "core/runtime/worker_pool.hpp"

#include <utility>

#include <pthread.h>
#include <sys/resource.h>

namespace gateway::runtime {

WorkerPool::WorkerPool(WorkerPoolOptions options) : options_(std::move(options)) {
  threads_.reserve(options_.threads);
  for (std::size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this, i] { work(i); });
  }
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::try_post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= options_.queue_capacity) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    queue_.push_back(std::move(task));
    queued_.store(queue_.size(), std::memory_order_relaxed);
  }
  wake_.notify_one();
  return true;
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::work(std::size_t index) {
  const std::string label = options_.name.substr(0, 12) + "-" + std::to_string(index % 100);
  ::pthread_setname_np(::pthread_self(), label.c_str());
  // On Linux this is the calling thread's own nice value. Where it is not allowed the pool still works.
  if (options_.nice != 0) (void)::setpriority(PRIO_PROCESS, 0, options_.nice);
  Task task;
  const std::function<void()> run = [this, &task] {
    std::size_t done = 0;
    const auto end = std::chrono::steady_clock::now() + options_.longest_run;
    do {
      busy_.fetch_add(1, std::memory_order_relaxed);
      task();
      task = nullptr;  // what the task holds is released before the thread counts as free
      busy_.fetch_sub(1, std::memory_order_relaxed);
    } while (++done < kMostTasks && std::chrono::steady_clock::now() < end && take(task));
  };
  while (wait_for(task)) {
    if (options_.around_run) {
      options_.around_run(run);
    } else {
      run();
    }
  }
}

bool WorkerPool::wait_for(Task& task) {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  return take_first(task);
}

bool WorkerPool::take(Task& task) {
  const std::lock_guard lock(mutex_);
  return take_first(task);
}

bool WorkerPool::take_first(Task& task) {
  if (queue_.empty()) return false;
  task = std::move(queue_.front());
  queue_.pop_front();
  queued_.store(queue_.size(), std::memory_order_relaxed);
  return true;
}

}  // namespace gateway::runtime
