#include "core/runtime/log_line.hpp"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <gateway/json.hpp>

namespace gateway::runtime {
namespace {

std::string line_of(std::string_view message, std::vector<LogField> fields = {}) {
  return json_log_line({1'768'125'600'007, LogLevel::Warning, "auth", message, fields});
}

std::string message_of(const std::string& line) {
  const auto parsed = parse_json(line);
  EXPECT_TRUE(parsed.ok()) << line;
  return parsed.ok() ? std::string(text_of(*member(*parsed, "message"))) : "";
}

TEST(LogLine, IsOneJsonObjectInOrder) {
  EXPECT_EQ(line_of("signed in", {{"user", "u1"}, {"ms", std::int64_t{-3}}, {"share", 0.5}, {"ok", true}}),
            R"({"time":"2026-01-11T10:00:00.007Z","level":"Warning","category":"auth","message":"signed in",)"
            R"("user":"u1","ms":-3,"share":0.5,"ok":true})");
}

TEST(LogLine, TimesAreUtcBeforeTheEpochToo) {
  EXPECT_NE(json_log_line({-1, LogLevel::Trace, "", "", {}}).find("1969-12-31T23:59:59.999Z"),
            std::string::npos);
  EXPECT_NE(json_log_line({951'782'400'000, LogLevel::Trace, "", "", {}}).find("2000-02-29T00:00:00.000Z"),
            std::string::npos);
}

TEST(LogLine, NumbersThatJsonLacksAreNull) {
  const auto line = line_of("m", {{"a", std::numeric_limits<double>::quiet_NaN()},
                                  {"b", std::numeric_limits<double>::infinity()},
                                  {"c", std::numeric_limits<std::int64_t>::min()}});
  EXPECT_NE(line.find(R"("a":null,"b":null,"c":-9223372036854775808})"), std::string::npos);
}

TEST(LogLine, check_34_NoContentForgesALine) {
  const std::string forged = "x\",\"level\":\"Error\"}\r\n{\"message\":\"forged\"}\n\x1b[2J\x1b]0;t\x07\x7f";
  for (const std::string& line :
       {line_of(forged), line_of("m", {{"f", forged}}), line_of("m", {{forged, true}}),
        json_log_line({0, LogLevel::Error, forged, "m", {}})}) {
    for (const char c : line) {
      EXPECT_GE(static_cast<unsigned char>(c), 0x20U);
      EXPECT_NE(c, '\x7f');
    }
    EXPECT_TRUE(parse_json(line).ok()) << line;
  }
  EXPECT_EQ(message_of(line_of(forged)), forged);
  EXPECT_NE(line_of("\x1b[31m").find("\\u001b[31m"), std::string::npos);
  const std::string text = text_log_line({0, LogLevel::Error, "c", forged, {}}, false);
  for (const char c : text)
    EXPECT_GE(static_cast<unsigned char>(c), 0x20U);
}

TEST(LogLine, check_34_WhatTerminalsObeyIsEscaped) {
  // C1 controls (CSI as one character), line separators, right-to-left override, byte order mark.
  // NOLINTNEXTLINE(misc-misleading-bidirectional): that is what is tested
  EXPECT_NE(line_of("\xc2\x9b[31m\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xae\xe2\x81\xa6\xef\xbb\xbf")
                .find(R"(\u009b[31m\u2028\u2029\u202e\u2066\ufeff)"),
            std::string::npos);
  EXPECT_EQ(message_of(line_of("Zoë 日本 🙂")), "Zoë 日本 🙂");
}

TEST(LogLine, check_34_WhatIsNotUtf8IsReplaced) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(message_of(line_of("a\xff"
                               "b")),
            "a" + mark + "b");
  for (const auto* bad : {"\xc0\x80", "\xc1\xbf"})
    EXPECT_EQ(message_of(line_of(bad)), mark + mark);
  EXPECT_EQ(message_of(line_of("\xed\xa0\x80")), mark + mark + mark);
  EXPECT_EQ(message_of(line_of("\xf4\x90\x80\x80")), mark + mark + mark + mark);
  EXPECT_EQ(message_of(line_of("\xf0\x9f\x99")), mark + mark + mark);
  EXPECT_EQ(message_of(line_of("\xe2\x82")), mark + mark);
}

TEST(LogLine, check_34_ValuesAndLinesAreBounded) {
  const std::string huge(1 << 20, 'x');
  const auto message = message_of(line_of(huge));
  EXPECT_EQ(message.substr(kMaxLogValueBytes), "…");
  const std::vector<LogField> fields(500, LogField{"f", huge});
  const std::string line = line_of(huge, fields);
  EXPECT_LE(line.size(), kMaxLogLineBytes + 2 * kMaxLogValueBytes);
  EXPECT_NE(line.find(R"("truncated":true)"), std::string::npos);
  EXPECT_LE(line_of(std::string(1 << 20, '\x01')).size(), kMaxLogValueBytes + 200);
}

TEST(LogLine, TextIsForReading) {
  const std::vector<LogField> fields{{"user", "u 1"}};
  EXPECT_EQ(text_log_line({0, LogLevel::Information, "auth", "signed in", fields}, false),
            R"(1970-01-01T00:00:00.000Z Information auth: signed in user="u 1")");
  EXPECT_NE(text_log_line({0, LogLevel::Error, "a", "m", {}}, true).find("\x1b[31mError\x1b[0m"),
            std::string::npos);
}

}  // namespace
}  // namespace gateway::runtime
