#include "core/runtime/log_line.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

#include "core/runtime/log_levels.hpp"

namespace gateway::runtime {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct CodePoint {
  char32_t value;
  std::size_t bytes;  // taken from the text; 1 where it is not UTF-8
};

// The first code point of a text that is not empty (RFC 3629: shortest form, no surrogates).
CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || size > text.size()) return {kReplacement, 1};
  char32_t value = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {kReplacement, 1};
    value = value << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast.at(size) || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    return {kReplacement, 1};
  }
  return {value, size};
}

// What moves a cursor, starts a line or reorders text when a terminal or a viewer shows it.
bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || c == 0x200E || c == 0x200F ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void append_escape(std::string& out, char32_t c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += kHex[c >> static_cast<unsigned>(shift) & 0xFU];
}

// The inside of a JSON string.
void append_escaped(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  while (!text.empty()) {
    if (out.size() - begin >= kMaxLogValueBytes) {
      out += "…";
      return;
    }
    const CodePoint point = first_code_point(text);
    if (point.value == '"' || point.value == '\\') {
      out += '\\';
      out += static_cast<char>(point.value);
    } else if (point.value == '\n') {
      out += "\\n";
    } else if (point.value == '\r') {
      out += "\\r";
    } else if (is_hidden(point.value)) {
      append_escape(out, point.value);
    } else if (point.value == kReplacement) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(0, point.bytes);
    }
    text.remove_prefix(point.bytes);
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

template <class Number>
void append_number(std::string& out, Number number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

struct ValueWriter {
  std::string& out;
  void operator()(std::string_view text) const { append_quoted(out, text); }
  void operator()(std::int64_t number) const { append_number(out, number); }
  void operator()(double number) const {
    if (!std::isfinite(number)) {  // JSON has no such numbers
      out += "null";
      return;
    }
    append_number(out, number);
  }
  void operator()(bool value) const { out += value ? "true" : "false"; }
};

void append_padded(std::string& out, std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

// ISO 8601, UTC, milliseconds.
void append_time(std::string& out, std::int64_t wall_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds(wall_ms)};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  append_padded(out, static_cast<int>(date.year()), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_padded(out, clock.hours().count(), 2);
  out += ':';
  append_padded(out, clock.minutes().count(), 2);
  out += ':';
  append_padded(out, clock.seconds().count(), 2);
  out += '.';
  append_padded(out, clock.subseconds().count(), 3);
  out += 'Z';
}

std::string_view colour_of(LogLevel level) {
  switch (level) {
    case LogLevel::Trace:
    case LogLevel::Debug:
      return "\x1b[2m";  // faint
    case LogLevel::Information:
      return "\x1b[32m";  // green
    case LogLevel::Warning:
      return "\x1b[33m";  // yellow
    case LogLevel::Error:
    case LogLevel::Critical:
      return "\x1b[31m";  // red
  }
  return "";
}

}  // namespace

std::string json_log_line(const LogRecord& record) {
  std::string out = R"({"time":")";
  append_time(out, record.wall_ms);
  out += R"(","level":")";
  out += level_name(record.level);
  out += R"(","category":)";
  append_quoted(out, record.category);
  out += R"(,"message":)";
  append_quoted(out, record.message);
  for (const LogField& field : record.fields) {
    if (out.size() > kMaxLogLineBytes) {
      out += R"(,"truncated":true)";
      break;
    }
    out += ',';
    append_quoted(out, field.name);
    out += ':';
    std::visit(ValueWriter{out}, field.value);
  }
  out += '}';
  return out;
}

std::string text_log_line(const LogRecord& record, bool coloured) {
  std::string out;
  append_time(out, record.wall_ms);
  out += ' ';
  if (coloured) out += colour_of(record.level);
  out += level_name(record.level);
  out += coloured ? "\x1b[0m " : " ";
  append_escaped(out, record.category);
  out += ": ";
  append_escaped(out, record.message);
  for (const LogField& field : record.fields) {
    if (out.size() > kMaxLogLineBytes) break;
    out += ' ';
    append_escaped(out, field.name);
    out += '=';
    std::visit(ValueWriter{out}, field.value);
  }
  return out;
}

}  // namespace gateway::runtime
