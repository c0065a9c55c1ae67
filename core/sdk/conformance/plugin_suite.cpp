// What holds for plugins of every kind: manifest, life cycle, and what comes back for calls that nobody
// should make.
#include <algorithm>

#define RAPIDJSON_HAS_STDSTRING 1
#include <rapidjson/schema.h>

#include <gateway/conformance/provider_services.hpp>

#include "testing.hpp"

namespace gateway::conformance {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 32 && is_lower(id.front()) &&
         std::all_of(id.begin(), id.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

// Three numbers; behind them "-" or "+" and anything.
bool is_semantic_version(std::string_view version) {
  version = version.substr(0, version.find_first_of("-+"));
  const bool characters =
      std::all_of(version.begin(), version.end(), [](char c) { return is_digit(c) || c == '.'; });
  return characters && std::count(version.begin(), version.end(), '.') == 2 &&
         version.find("..") == std::string_view::npos && is_digit(version.front()) &&
         is_digit(version.back());
}

class Plugin : public testing::Test {
 protected:
  const Manifest& manifest() const { return subject().library.manifest(); }

  gateway_status call_raw(const PluginInstance& plugin, std::string_view operation, std::string_view request,
                          StringSink& answer) {
    gateway_sink sink = answer.abi();
    const gateway_call call{sizeof(gateway_call), to_abi(operation), to_abi(request), to_abi("conformance"),
                            host_.monotonic_ms() + 60'000};
    return plugin.call_raw(call, &sink);
  }

  // One operation with required fields that this plugin has; empty for policies, which take no messages.
  std::string_view some_operation() const {
    if (manifest().kind == PluginKind::Storage) return "users.get";
    if (manifest().kind == PluginKind::Counters) return "attempts.get";
    if (subject().has("password")) return "password.sign_in";
    if (subject().has("token")) return "token.verify";
    return "";
  }

  ProviderServices services_{"conformance", subject().fetch};
  TestHost host_{services_.handler(), "Test", subject().clock()};
};

TEST_F(Plugin, manifest_is_complete) {
  EXPECT_TRUE(is_id(manifest().id)) << manifest().id;
  EXPECT_TRUE(is_semantic_version(manifest().version)) << manifest().version;
  EXPECT_FALSE(manifest().section.empty()) << "the section of the configuration it reads";
  EXPECT_EQ(manifest().kind == PluginKind::Policy, subject().library.plugin().policy != nullptr);
  EXPECT_EQ(manifest().kind == PluginKind::Provider, !manifest().capabilities.empty());
}

TEST_F(Plugin, configuration_passes_its_own_schema) {
  const auto schema_json = parse_json(manifest().config_schema.text);
  ASSERT_TRUE(schema_json) << schema_json.error().detail;
  const rapidjson::SchemaDocument schema(*schema_json);
  rapidjson::SchemaValidator validator(schema);
  const auto config = parse_json(subject().config);
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_TRUE(config->Accept(validator)) << "keyword " << validator.GetInvalidSchemaKeyword();
}

TEST_F(Plugin, lives_and_ends_more_than_once) {
  for (int life = 0; life < 3; ++life) {
    auto plugin = PluginInstance::run(subject().library, host_, subject().config);
    ASSERT_TRUE(plugin) << readable(plugin.error());
  }
  auto never_started = PluginInstance::create(subject().library, host_, subject().config);
  EXPECT_TRUE(never_started) << readable(never_started.error());
}

TEST_F(Plugin, two_instances_live_side_by_side) {
  auto first = PluginInstance::run(subject().library, host_, subject().config);
  auto second = PluginInstance::run(subject().library, host_, subject().config);
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  first->stop();
  StringSink answer(kMessageLimits.max_bytes);
  EXPECT_EQ(call_raw(*second, "no.such_operation", "{}", answer),
            static_cast<gateway_status>(ErrorKind::Unsupported));
}

TEST_F(Plugin, check_36_a_broken_configuration_is_refused_with_a_reason) {
  for (const std::string_view config : {"", "{", "[]", "null", "\"text\"", "{\"a\":1,\"a\":2}"}) {
    const auto plugin = PluginInstance::create(subject().library, host_, config);
    ASSERT_FALSE(plugin) << config;
    EXPECT_FALSE(plugin.error().detail.empty()) << config;
  }
}

TEST_F(Plugin, check_36_an_unknown_operation_is_unsupported) {
  auto plugin = PluginInstance::run(subject().library, host_, subject().config);
  ASSERT_TRUE(plugin) << readable(plugin.error());
  for (const std::string_view operation : {"no.such_operation", "", "users", "password.sign_in "}) {
    StringSink answer(kMessageLimits.max_bytes);
    EXPECT_EQ(call_raw(*plugin, operation, "{}", answer), static_cast<gateway_status>(ErrorKind::Unsupported))
        << operation;
  }
}

TEST_F(Plugin, check_36_a_malformed_request_is_invalid) {
  if (some_operation().empty()) GTEST_SKIP() << "takes no messages";
  auto plugin = PluginInstance::run(subject().library, host_, subject().config);
  ASSERT_TRUE(plugin) << readable(plugin.error());
  const std::string deep = std::string(1000, '[') + std::string(1000, ']');
  const std::string twice = R"({"id":"a","id":"b","email":"a","email":"b","token":"a","token":"b"})";
  for (const std::string& request : {std::string(), std::string("{"), std::string("[]"), std::string("null"),
                                     std::string("{}"), std::string("{}}"), std::string("\xff"), deep, twice,
                                     std::string(R"({"id":7,"email":7,"password":7,"token":7})")}) {
    StringSink answer(kMessageLimits.max_bytes);
    EXPECT_EQ(call_raw(*plugin, some_operation(), request, answer),
              static_cast<gateway_status>(ErrorKind::Invalid))
        << request.substr(0, 80);
  }
}

TEST_F(Plugin, check_36_an_answer_that_does_not_fit_is_no_success) {
  auto plugin = PluginInstance::run(subject().library, host_, subject().config);
  ASSERT_TRUE(plugin) << readable(plugin.error());
  StringSink tiny(1);
  EXPECT_NE(call_raw(*plugin, "health.probe", "{}", tiny), 0);
  EXPECT_NE(call_raw(*plugin, "store.probe", "{}", tiny), 0);
}

TEST_F(Plugin, answers_its_probe) {
  if (manifest().kind == PluginKind::Policy) GTEST_SKIP() << "takes no messages";
  auto plugin = PluginInstance::run(subject().library, host_, subject().config);
  ASSERT_TRUE(plugin) << readable(plugin.error());
  StringSink answer(kMessageLimits.max_bytes);
  const auto* operation = manifest().kind == PluginKind::Storage ? "store.probe" : "health.probe";
  EXPECT_EQ(call_raw(*plugin, operation, "{}", answer), 0) << answer.text();
}

}  // namespace
}  // namespace gateway::conformance
