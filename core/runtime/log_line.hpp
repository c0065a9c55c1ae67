// One log line as text: a JSON object (RFC 8259) for machines, or coloured text for a terminal.
//
// Whatever a value holds, the line stays one line of printable text: control characters (CR, LF, ESC, the
// 8-bit ones of C1), line separators and bidirectional overrides come out as \uXXXX, what is not UTF-8 as
// U+FFFD. Each value is cut at 2 KiB and a line takes at most 16 KiB of them; a cut value ends with "…".
// Thread safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/runtime/log.hpp"

namespace gateway::runtime {

constexpr std::size_t kMaxLogValueBytes = 2 * 1024;
constexpr std::size_t kMaxLogLineBytes = 16 * 1024;  // of fields; reached, the rest is left out

struct LogRecord {
  std::int64_t wall_ms = 0;
  LogLevel level = LogLevel::Information;
  std::string_view category;
  std::string_view message;
  std::span<const LogField> fields;
};

// {"time":"2026-01-11T10:00:00.000Z","level":"Warning","category":"…","message":"…", fields …}
std::string json_log_line(const LogRecord& record);
// 2026-01-11T10:00:00.000Z Warning category: message name=value …
std::string text_log_line(const LogRecord& record, bool coloured);

}  // namespace gateway::runtime
