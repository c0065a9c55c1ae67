// Logger: where every room writes its log lines. One line is one JSON object (json_logger.hpp).
//
// `category` is the room or plugin that speaks ("server", "auth", "plugin.firebase"); levels are configured
// per category prefix (Logging:LogLevel). Values are escaped by the writer, so no content can forge a line.
// Never pass a secret, a token, a code or a password. Thread safety: all members from any thread. write()
// never blocks: when the queue is full a line is lost and counted.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

#include <gateway/host.hpp>

namespace gateway::runtime {

struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

class Logger {
 public:
  Logger() = default;
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;
  virtual ~Logger() = default;

  virtual bool enabled(LogLevel level, std::string_view category) const noexcept = 0;
  virtual void write(LogLevel level, std::string_view category, std::string_view message,
                     std::initializer_list<LogField> fields = {}) noexcept = 0;
};

// Says nothing; for tests.
class NullLogger final : public Logger {
 public:
  bool enabled(LogLevel, std::string_view) const noexcept override { return false; }
  void write(LogLevel, std::string_view, std::string_view,
             std::initializer_list<LogField>) noexcept override {}
};

}  // namespace gateway::runtime
