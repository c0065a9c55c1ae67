// PeriodicTasks: one thread that runs named jobs again and again: probes, key refresh, pruning.
//
// Each job first runs one `interval` after add() and then `interval` after it ended, one at a time; a job
// that blocks delays the others, so each keeps its own deadline. A job must not throw. Thread safety: add()
// before start(); stop() once, from another thread; it waits for the job that runs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace gateway::runtime {

class PeriodicTasks {
 public:
  PeriodicTasks() = default;
  ~PeriodicTasks() { stop(); }
  PeriodicTasks(const PeriodicTasks&) = delete;
  PeriodicTasks& operator=(const PeriodicTasks&) = delete;

  void add(std::chrono::milliseconds interval, std::function<void()> job);
  void start();
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  struct Job {
    std::chrono::milliseconds interval;
    std::function<void()> run;
    Clock::time_point due;
  };
  void loop();

  std::vector<Job> jobs_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace gateway::runtime
