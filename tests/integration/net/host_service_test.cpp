// http.fetch as a plugin calls it: through the C boundary, the host's services and the client, to an origin.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <gateway/host.hpp>

#include "core/app/plugin_http.hpp"
#include "core/plugin/host_services.hpp"
#include "tests/integration/net/net_fixture.hpp"

namespace gateway::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HostServiceTest : public NetFixture {
 protected:
  Result<FetchedHttp> call(const FetchHttp& request, plugin::OutboundHttp* http) {
    const plugin::HostServices services("some-provider", {logger_, clock_, random_, metrics_, http});
    return Host(services.abi()).call(request, {clock_.monotonic_ms() + kPlentyMs, "request-1"});
  }
  double fetches(const std::string& outcome) {
    return counted("gateway_plugin_fetches_total{outcome=\"" + outcome + "\",plugin=\"some-provider\"}");
  }
};

TEST_F(HostServiceTest, APluginReachesAnOrigin) {
  HttpsOrigin origin(
      [](const OriginRequest& request) {
        return OriginReply{200, {{"X-Seen", request.header("x-goog-api-key")}}, "\"\\\t" + request.body};
      },
      good_certificate());
  app::PluginHttp http;
  ASSERT_TRUE(http.start(options_, {clock_, random_, logger_, metrics_}).ok());
  FetchHttp request = request_to(HttpVerb::Post, origin.url("/v1"));
  request.headers = {{"X-Goog-Api-Key", Secret("key-4711")}};
  request.body = Secret("{\"a\":\"\xc3\xab\"}");
  const auto reply = call(request, &http);
  ASSERT_TRUE(reply.ok()) << kind_of(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->headers.at(0).value.reveal(), "key-4711");
  EXPECT_EQ(reply->body.reveal(), "\"\\\t{\"a\":\"\xc3\xab\"}");
  EXPECT_EQ(fetches("answered"), 1);
}

TEST_F(HostServiceTest, AFailureIsToldUnderThePluginsNameWithoutItsSecrets) {
  app::PluginHttp http;
  ASSERT_TRUE(http.start(options_, {clock_, random_, logger_, metrics_}).ok());
  FetchHttp request =
      request_to(HttpVerb::Post, "http://127.0.0.1:" + std::to_string(closed_port()) + "/users/4711");
  request.headers = {{"Authorization", Secret("Bearer key-4711")}};
  request.body = Secret("password-4711");
  const auto reply = call(request, &http);
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(end_of(reply), "unavailable");
  EXPECT_EQ(fetches("unavailable"), 1);
  EXPECT_THAT(logger_.text(),
              HasSubstr("plugin.some-provider: outbound HTTP call failed plugin=some-provider "
                        "verb=POST origin=http://127.0.0.1:"));
  EXPECT_THAT(logger_.text(), HasSubstr("request_id=request-1"));
  EXPECT_THAT(logger_.text() + reply.error().detail, Not(HasSubstr("4711")));
}

TEST_F(HostServiceTest, AHostWithoutOutboundHttpSaysSo) {
  const FetchHttp request = request_to(HttpVerb::Get, "http://127.0.0.1/");
  EXPECT_EQ(end_of(call(request, nullptr)), "unsupported");
  app::PluginHttp http;
  EXPECT_EQ(end_of(call(request, &http)), "unavailable");
  ASSERT_TRUE(http.start(options_, {clock_, random_, logger_, metrics_}).ok());
  http.stop();
  EXPECT_EQ(end_of(call(request, &http)), "unavailable");
}

}  // namespace
}  // namespace gateway::testing
