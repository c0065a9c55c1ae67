// JsonLogger: the Logger of the running gateway. One line per write() to a file descriptor, standard output
// by default: a JSON object, or coloured text when the descriptor is a terminal (log_line.hpp).
//
// write() formats and puts the line into a bounded queue; one thread writes the queue out. A reader that does
// not read, a full disk or a closed pipe never holds up or ends anything: when the queue is full the oldest
// waiting line is lost, what the descriptor does not take is lost, and as soon as it takes lines again one
// of them says how many were lost. spdlog (queue and thread) lives behind this header alone.
// Thread safety: all members from any thread. The thread of the logger takes no signals.
// Ownership: `clock` must outlive the logger; the descriptor stays the caller's and open.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/runtime/clock.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/log_levels.hpp"

namespace gateway::runtime {

enum class LogFormat { Auto, Json, Text };  // Auto: Text on a terminal, Json elsewhere

struct JsonLoggerOptions {
  LogLevels levels;
  LogFormat format = LogFormat::Auto;
  int descriptor = 1;
  std::size_t queue_lines = 8'192;
};

class JsonLogger final : public Logger {
 public:
  JsonLogger(JsonLoggerOptions options, const Clock& clock);
  // Writes out what is queued as far as the descriptor takes it within a second.
  ~JsonLogger() override;

  bool enabled(LogLevel level, std::string_view category) const noexcept override;
  // A line whose level is not enabled for its category is not written.
  void write(LogLevel level, std::string_view category, std::string_view message,
             std::initializer_list<LogField> fields = {}) noexcept override;

  // Waits until everything written before is with the descriptor or lost. false: the timeout came first.
  bool flush(std::chrono::milliseconds timeout) noexcept;
  std::uint64_t lost_lines() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway::runtime
