// Where counts are kept that instances share: Plugins:Counters and ConnectionStrings:Redis.
#include <gtest/gtest.h>

#include "tests/unit/config/config_samples.hpp"

namespace gateway::config {
namespace {

CheckedConfiguration checked(std::string json, Environment variables = {}) {
  auto plugins = sample_plugins();
  plugins.push_back(
      {"redis", "Redis", R"({"type":"object","additionalProperties":false,"required":["ConnectionString"],
      "properties":{"ConnectionString":{"type":"string","writeOnly":true},"TimeoutMs":{"type":"integer"}}})"});
  return check_configuration(sources_of(std::move(json), std::move(variables)), plugins);
}

TEST(Counters, NoneWhereNobodySays) {
  const auto plain = checked("{}");
  EXPECT_TRUE(plain.ok()) << all_of(plain.faults);
  EXPECT_EQ(plugin_of(plain, "redis"), nullptr);
  EXPECT_EQ(plugin_of(checked(R"({"ConnectionStrings":{"Redis":""}})"), "redis"), nullptr);
}

TEST(Counters, TheConnectionStringSelectsRedisAndIsGivenToIt) {
  const auto by_string = checked(R"({"ConnectionStrings":{"Redis":"rediss://u:s3cret@h"}})");
  ASSERT_TRUE(by_string.ok()) << all_of(by_string.faults);
  ASSERT_NE(plugin_of(by_string, "redis"), nullptr);
  EXPECT_EQ(plugin_of(by_string, "redis")->kind, PluginKind::Counters);
  EXPECT_EQ(config_of(by_string, "redis"), R"({"ConnectionString":"rediss://u:s3cret@h"})");
  EXPECT_EQ(plugin_of(by_string, "memory")->kind, PluginKind::Storage) << "it is no storage";
  for (const ShownValue& value : by_string.values)
    EXPECT_EQ(value.value.find("s3cret"), std::string::npos) << value.path;

  const auto with_section =
      checked(R"({"redis":{"timeoutms":"${T}"}})", {{"T", "70"}, {"ConnectionStrings__Redis", "redis://h"}});
  ASSERT_TRUE(with_section.ok()) << all_of(with_section.faults);
  EXPECT_EQ(config_of(with_section, "redis"), R"({"TimeoutMs":70,"ConnectionString":"redis://h"})");
}

TEST(Counters, ItsOwnStringComesFirst) {
  const auto own = checked(
      R"({"ConnectionStrings":{"Redis":"redis://other"},"Redis":{"ConnectionString":"redis://own"}})");
  EXPECT_EQ(config_of(own, "redis"), R"({"ConnectionString":"redis://own"})");
  const auto entry = checked(R"({"ConnectionStrings":{"Redis":"redis://other"},
      "Plugins":{"Counters":{"Name":"redis","Id":"counts","Config":{"TimeoutMs":5}}}})");
  ASSERT_TRUE(entry.ok()) << all_of(entry.faults);
  EXPECT_EQ(config_of(entry, "counts"), R"({"TimeoutMs":5,"ConnectionString":"redis://other"})");
}

TEST(Counters, SelectedWithoutAStringIsAFault) {
  // Where it is documented to stand, not where the plugin is given it.
  const auto none = checked(R"({"Plugins":{"Counters":"redis"}})");
  EXPECT_EQ(fault_at(none.faults, "ConnectionStrings:Redis"), "is missing||");
  EXPECT_EQ(plugin_of(none, "redis")->path_of("ConnectionString"), "ConnectionStrings:Redis");
  EXPECT_EQ(plugin_of(none, "redis")->path_of("TimeoutMs"), "Redis:TimeoutMs");
  const auto own = checked(R"({"Plugins":{"Counters":"redis"},"Redis":{"ConnectionString":5}})");
  EXPECT_EQ(fault_at(own.faults, "Redis:ConnectionString"),
            "expected string, found integer||appsettings.json");
  EXPECT_NE(fault_at(checked(R"({"Plugins":{"Counters":7}})").faults, "Plugins:Counters"), "");
}

TEST(Counters, ASectionWithoutTheSelectionIsAWarning) {
  const auto unused = checked(R"({"Redis":{"ConnectionString":"redis://h"}})");
  EXPECT_TRUE(unused.ok()) << all_of(unused.faults);
  EXPECT_NE(fault_at(unused.warnings, "Redis").find("is not read"), std::string::npos);
}

}  // namespace
}  // namespace gateway::config
