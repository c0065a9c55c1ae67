// Check 36, hooks: a policy that throws or answers nonsense lets nothing pass, and cannot spoil the answers
// of others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/http/policy_chain.hpp"
#include "core/plugin/plugin_catalog.hpp"
#include "core/plugin/plugin_instance.hpp"
#include "tests/integration/plugin/plugin_folder.hpp"
#include "tests/integration/plugin/recording_process.hpp"

namespace gateway::testing {
namespace {

using ::testing::HasSubstr;

class TestExchange final : public http::Exchange {
 public:
  TestExchange() { request_.request_id = "request-1"; }
  void complete() noexcept override {}
  bool abandoned() const noexcept override { return false; }
};

class HookTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    folder_.put(GetParam());
    auto library = catalog_.open(GetParam(), PluginKind::Policy, std::nullopt);
    ASSERT_TRUE(library.ok()) << library.error().detail;
    plugin_ = std::make_unique<plugin::PluginInstance>(
        *library, plugin::PluginSelection{.id = GetParam(), .config_json = "{}"}, process_.host());
    ASSERT_TRUE(plugin_->create().empty());
    ASSERT_TRUE(plugin_->start().ok());
    context_.exchange = std::make_shared<TestExchange>();
  }
  http::PolicyChain chain() {
    return http::PolicyChain(
        {{plugin_->id(), &plugin_->policy(), plugin_->handle(), [this] { plugin_->count_hook_failure(); }}});
  }
  double failures() {
    return process_.counted("gateway_plugin_failures_total{kind=\"internal\",plugin=\"" + plugin_->id() +
                            "\"}");
  }
  // Forward-auth has no bodies.
  void expect_refused(RouteClass route_class) {
    const http::Response& response = context_.response();
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.header("Retry-After"), "1");
    if (route_class == RouteClass::Verify) {
      EXPECT_EQ(response.body, "");
    } else {
      EXPECT_THAT(response.body, HasSubstr("OVERLOADED"));
      EXPECT_THAT(response.body, ::testing::Not(HasSubstr("thrown")));
    }
  }

  PluginFolder folder_;
  plugin::PluginCatalog catalog_{folder_.path()};
  RecordingProcess process_;
  std::unique_ptr<plugin::PluginInstance> plugin_;
  http::RequestContext context_;
};

TEST_P(HookTest, check_36_OnRequestFailsClosed) {
  for (const RouteClass route_class : {RouteClass::Read, RouteClass::Verify}) {
    EXPECT_FALSE(chain().on_request(context_, route_class));
    expect_refused(route_class);
  }
  EXPECT_EQ(failures(), 2);
}

TEST_P(HookTest, check_36_OnAuthenticatedFailsClosed) {
  for (const RouteClass route_class : {RouteClass::Read, RouteClass::Verify}) {
    EXPECT_FALSE(chain().on_authenticated(context_, route_class));
    expect_refused(route_class);
  }
  EXPECT_EQ(failures(), 2);
}

TEST_P(HookTest, check_36_OnResponseLeavesTheAnswerAsItIs) {
  context_.response().status = 401;
  context_.response().body = "the answer";
  chain().on_response(context_, RouteClass::Verify);
  EXPECT_EQ(context_.response().status, 401);
  EXPECT_EQ(context_.response().body, "the answer");
  EXPECT_EQ(failures(), 1);
}

INSTANTIATE_TEST_SUITE_P(Bad, HookTest, ::testing::Values("hook-throws", "hook-nonsense"),
                         [](const auto& chosen) {
                           return std::string(chosen.param) == "hook-throws" ? "throws" : "nonsense";
                         });

}  // namespace
}  // namespace gateway::testing
