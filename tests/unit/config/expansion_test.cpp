#include "core/config/expansion.hpp"

#include <gtest/gtest.h>

#include "config_samples.hpp"

namespace gateway::config {
namespace {

std::string expanded(std::string_view text) {
  const auto result =
      expand(text, {{"A", "1"}, {"B_2", "two"}, {"EMPTY", ""}, {"NESTED", "${A}"}, {"D", "x$"}});
  return result ? result->text : "fault: " + result.error().detail;
}

TEST(Expansion, ReplacesVariables) {
  EXPECT_EQ(expanded("plain $ and $A and { }"), "plain $ and $A and { }");
  EXPECT_EQ(expanded("${A}"), "1");
  EXPECT_EQ(expanded("a${A}b${B_2}c"), "a1btwoc");
  EXPECT_EQ(expanded("${EMPTY}"), "");
  EXPECT_EQ(expanded("${NESTED}"), "${A}");
  EXPECT_EQ(expanded("${D}${A}"), "x$1");
}

TEST(Expansion, DefaultsStandInForWhatIsMissingOrEmpty) {
  EXPECT_EQ(expanded("${NO:-d}"), "d");
  EXPECT_EQ(expanded("${NO:-}"), "");
  EXPECT_EQ(expanded("${EMPTY:-d}"), "d");
  EXPECT_EQ(expanded("${A:-d}"), "1");
  EXPECT_EQ(expanded("${NO:-http://x:-1}"), "http://x:-1");
}

TEST(Expansion, EscapesStayPlain) {
  EXPECT_EQ(expanded("$${A}"), "${A}");
  EXPECT_EQ(expanded("a$${b"), "a${b");
  EXPECT_EQ(expanded("$${A}${A}"), "${A}1");
}

TEST(Expansion, FaultsNameTheVariable) {
  EXPECT_EQ(expanded("${NO}"), "fault: the environment variable NO is not set");
  for (const auto* text : {"${", "${A", "${}", "${1}", "${A B}", "${A-}", "${:-x}", "${${A}}"}) {
    EXPECT_EQ(expanded(text).find("fault: "), 0U) << text;
  }
}

TEST(Expansion, AMissingVariableNamesTheKey) {
  const auto checked = check(R"({"Firebase":{"ProjectId":"${NO_SUCH}","ApiKey":"${OTHER}"}})");
  EXPECT_EQ(fault_at(checked.faults, "Firebase:ProjectId"),
            "the environment variable NO_SUCH is not set|set it; ${NAME:-default} says what holds where it "
            "is not set, $${ is a plain ${|appsettings.json");
  EXPECT_EQ(fault_at(checked.faults, "Firebase:ApiKey"),
            "the environment variable OTHER is not set|set it; ${NAME:-default} says what holds where it is "
            "not set, $${ is a plain ${|appsettings.json");
}

TEST(Expansion, AMisspeltVariableIsNamed) {
  EXPECT_EQ(fault_at(check(R"({"Urls":"${GATEWAY_ULR}"})", {{"GATEWAY_URI", "x"}}).faults, "Urls"),
            "the environment variable GATEWAY_ULR is not set|did you mean GATEWAY_URI?|appsettings.json");
}

TEST(Expansion, OnlyTheLayerThatCountsIsExpanded) {
  Sources sources = sources_of(R"({"Urls":"${NO_SUCH}"})");
  sources.files.push_back({"appsettings.Production.json", R"({"Urls":"http://127.0.0.1:${PORT:-5}"})"});
  const auto checked = check_configuration(sources, sample_plugins());
  EXPECT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_EQ(checked.config.listen.port, 5);
  EXPECT_EQ(shown(checked, "Urls").layer, "appsettings.Production.json ${PORT}");
}

TEST(Expansion, AnExpandedTextMayBeANumber) {
  const auto checked = check(R"({"Tokens":{"SessionDays":"${DAYS:-5}"}})", {{"DAYS", "7"}});
  EXPECT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_EQ(checked.config.tokens.session_lifetime, std::chrono::days(7));
  EXPECT_FALSE(check(R"({"Tokens":{"SessionDays":"5"}})").ok());  // a file can say 5 without quotes
}

TEST(Expansion, ASecretOfTheEnvironmentIsTakenAsItIs) {
  const auto checked =
      check("", {{"ConnectionStrings__IdentityServiceDb", "Host=h;Database=d;Username=u;Password=a${B}"}});
  ASSERT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_EQ(checked.config.database->password.reveal(), "a${B}");
}

}  // namespace
}  // namespace gateway::config
