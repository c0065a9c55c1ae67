#include "core/config/settings_json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace gateway::config {
namespace {

using namespace std::string_view_literals;

std::string fault_of(std::string_view text) {
  const auto parsed = parse_settings_json(text);
  return parsed.ok() ? "" : parsed.error().detail;
}

TEST(SettingsJson, TakesWhatAspNetTakes) {
  const auto parsed = parse_settings_json(
      "\xEF\xBB\xBF// head\n{ /* a */ \"A\": [1, 2,], // b\n \"B\": {\"C\": \"//x\",},\n}\n// end");
  ASSERT_TRUE(parsed.ok()) << parsed.error().detail;
  EXPECT_EQ(to_text(*parsed), R"({"A":[1,2],"B":{"C":"//x"}})");
}

TEST(SettingsJson, RefusesTheRestAndSaysWhere) {
  EXPECT_EQ(fault_of("{\n  \"A\": x\n}"), "not JSON: Invalid value. at line 2, column 8");
  for (const auto text : {""sv, "{"sv, "[]"sv, "1"sv, "{} {}"sv, "{'A':1}"sv, "{A:1}"sv, "{,}"sv,
                          "{\"A\":1 /* open"sv, "{\"A\":\"\xff\"}"sv, "{\"A\":\"\\udc00\"}"sv, "{}\0"sv}) {
    EXPECT_NE(fault_of(text), "") << text;
  }
  EXPECT_NE(fault_of("{\"A\":" + std::string(500'000, '[')), "");
  EXPECT_NE(fault_of(std::string((1 << 20) + 1, ' ')), "");
}

TEST(SettingsJson, NamesThatDifferInCaseAreDuplicates) {
  EXPECT_EQ(fault_of(R"({"A":1,"A":2})"), "the key A is there twice");
  EXPECT_EQ(fault_of(R"({"X":[{"Url":1,"URL":2}]})"), "the key X:0:URL is there twice");
  EXPECT_EQ(fault_of(R"({"A":{"A":1}})"), "");
}

TEST(SettingsJson, FaultsDoNotRepeatValues) {
  EXPECT_EQ(fault_of(R"({"Password":"hunter2)").find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace gateway::config
