// RecordingProcess: what a process offers its plugins, as a test wants it: a log that is kept and can be
// held, a clock that a test moves, real metrics. Thread safety: all members from any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "core/plugin/host_services.hpp"

namespace gateway::testing {

// Monotonic time stands still, or goes on by `step_ms` whenever somebody looks.
class SteppingClock final : public runtime::Clock {
 public:
  std::int64_t wall_ms() const noexcept override { return 1'700'000'000'000; }
  std::int64_t monotonic_ms() const noexcept override { return now_ms_ += step_ms_; }
  void step_by(std::int64_t ms) { step_ms_ = ms; }

 private:
  mutable std::atomic<std::int64_t> now_ms_{1'000};
  std::atomic<std::int64_t> step_ms_{0};
};

// Keeps "category: message field=value…"; a line with the held message waits until it is let go.
class HoldingLogger final : public runtime::Logger {
 public:
  bool enabled(LogLevel, std::string_view) const noexcept override { return true; }
  void write(LogLevel level, std::string_view category, std::string_view message,
             std::initializer_list<runtime::LogField> fields) noexcept override;

  std::vector<std::string> lines() const;
  bool has(std::string_view piece) const;  // in one of the lines
  void hold(std::string message);
  // True once `count` writers wait; false when they do not come.
  bool wait_held(int count);
  void let_go();

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;  // guarded by mutex_, as all below
  std::string held_message_;
  int held_ = 0;
};

struct RecordingProcess {
  HoldingLogger logger;
  SteppingClock clock;
  runtime::SystemRandom random;
  runtime::Metrics metrics;

  plugin::HostContext host() { return {logger, clock, random, metrics}; }
  // Of the counter whose exposition begins so, e.g. gateway_plugin_calls_total{plugin="x"}; -1: there is
  // none.
  double counted(const std::string& series);
};

}  // namespace gateway::testing
