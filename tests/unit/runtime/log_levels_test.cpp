#include "core/runtime/log_levels.hpp"

#include <gtest/gtest.h>

namespace gateway::runtime {
namespace {

LogLevels levels(const std::map<std::string, std::string>& names) {
  auto parsed = LogLevels::parse(names);
  EXPECT_TRUE(parsed.ok());
  return std::move(parsed).value();
}

TEST(LogLevels, InformationIsTheDefault) {
  const LogLevels none;
  EXPECT_TRUE(none.enabled(LogLevel::Information, "auth"));
  EXPECT_FALSE(none.enabled(LogLevel::Debug, "auth"));
}

TEST(LogLevels, ReadsTheDocumentedSection) {
  const auto documented = levels({{"Default", "Warning"}, {"Microsoft.AspNetCore", "Error"}});
  EXPECT_FALSE(documented.enabled(LogLevel::Information, "auth"));
  EXPECT_TRUE(documented.enabled(LogLevel::Warning, "auth"));
  EXPECT_FALSE(documented.enabled(LogLevel::Warning, "microsoft.aspnetcore.Hosting"));
}

TEST(LogLevels, TheLongestPrefixOfWholePartsWins) {
  const auto some =
      levels({{"default", "error"}, {"plugin", "Debug"}, {"plugin.firebase", "None"}, {"p", "Trace"}});
  EXPECT_TRUE(some.enabled(LogLevel::Debug, "plugin"));
  EXPECT_TRUE(some.enabled(LogLevel::Debug, "plugin.local"));
  EXPECT_FALSE(some.enabled(LogLevel::Trace, "plugin.local"));
  EXPECT_FALSE(some.enabled(LogLevel::Critical, "plugin.firebase"));
  EXPECT_FALSE(some.enabled(LogLevel::Critical, "PLUGIN.FireBase.tokens"));
  EXPECT_TRUE(some.enabled(LogLevel::Debug, "plugin.firebase2"));
  EXPECT_FALSE(some.enabled(LogLevel::Warning, "plugins"));
  EXPECT_TRUE(some.enabled(LogLevel::Error, "plugins"));
}

TEST(LogLevels, NoneIsSilence) {
  const auto silent = levels({{"Default", "None"}});
  EXPECT_FALSE(silent.enabled(LogLevel::Critical, "auth"));
}

TEST(LogLevels, AnUnknownNameIsAnError) {
  EXPECT_FALSE(LogLevels::parse({{"Default", "Verbose"}}).ok());
  EXPECT_FALSE(LogLevels::parse({{"auth", ""}}).ok());
}

}  // namespace
}  // namespace gateway::runtime
