#include "core/runtime/periodic_tasks.hpp"

#include <algorithm>
#include <utility>

#include <pthread.h>

namespace gateway::runtime {

void PeriodicTasks::add(std::chrono::milliseconds interval, std::function<void()> job) {
  jobs_.push_back({interval, std::move(job), Clock::now() + interval});
}

void PeriodicTasks::start() {
  if (!jobs_.empty()) thread_ = std::thread([this] { loop(); });
}

void PeriodicTasks::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void PeriodicTasks::loop() {
  ::pthread_setname_np(::pthread_self(), "periodic");
  for (;;) {
    const auto next = std::min_element(jobs_.begin(), jobs_.end(),
                                       [](const Job& a, const Job& b) { return a.due < b.due; });
    {
      std::unique_lock lock(mutex_);
      if (wake_.wait_until(lock, next->due, [this] { return stopping_; })) return;
    }
    next->run();
    next->due = Clock::now() + next->interval;
  }
}

}  // namespace gateway::runtime
