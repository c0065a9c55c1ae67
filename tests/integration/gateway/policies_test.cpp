// The policies in front of a whole gateway.
#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {
namespace {

class PoliciesTest : public GatewayFixture {
 protected:
  // The documented order: allowed-hosts, cors, rate-limit, security-headers.
  static app::Settings with(const char* id, const char* section,
                            app::Settings settings = default_settings()) {
    settings.plugins.insert(settings.plugins.end() - 1, {PluginKind::Policy, id, id, std::nullopt, section});
    return settings;
  }
  static app::Settings with_cors() {
    return with("cors", R"({"AllowedOrigins":["https://app.example.com","https://*.example.org"]})");
  }
  Answer preflight(std::string_view path, const std::string& origin) {
    return call("OPTIONS", path, {}, {},
                "Origin: " + origin +
                    "\r\nAccess-Control-Request-Method: POST\r\n"
                    "Access-Control-Request-Headers: authorization,content-type\r\n");
  }
};

TEST_F(PoliciesTest, check_33_PreflightsAreAnsweredForEveryPathBeforeAnythingElse) {
  start(with_cors());
  for (const char* path :
       {"/api/v1/auth/login", "/api/v1/users", "/api/v1/auth/me", "/api/v1/health", "/nowhere"}) {
    const Answer allowed = preflight(path, "https://app.example.com");
    EXPECT_EQ(allowed.status, 204) << path;
    EXPECT_EQ(allowed.raw.header("Access-Control-Allow-Origin"), "https://app.example.com") << path;
    EXPECT_NE(allowed.raw.header("Access-Control-Allow-Headers").find("Authorization"), std::string::npos);
    EXPECT_EQ(allowed.raw.header("Access-Control-Max-Age"), "600");
    EXPECT_EQ(allowed.raw.header("Vary"),
              "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    EXPECT_EQ(allowed.raw.header("X-Content-Type-Options"), "nosniff")
        << "the other policies see it on its way out";
    const Answer refused = preflight(path, "https://evil.example");
    EXPECT_EQ(refused.status, 204) << path;
    EXPECT_EQ(refused.raw.header("Access-Control-Allow-Origin"), "") << path;
    EXPECT_EQ(refused.raw.header("Access-Control-Allow-Methods"), "") << path;
  }
}

TEST_F(PoliciesTest, check_33_AnswersAndErrorsAreReadableForListedOriginsOnly) {
  start(with_cors());
  const Person person = sign_up("page@example.com");
  for (const char* path : {"/api/v1/auth/me", "/nowhere", "/api/v1/health"}) {
    for (const std::string& token : {person.token, std::string(), std::string("rubbish")}) {
      const Answer listed = call("GET", path, {}, token, "Origin: https://a.example.org\r\n");
      EXPECT_EQ(listed.raw.header("Access-Control-Allow-Origin"), "https://a.example.org") << path;
      EXPECT_EQ(listed.raw.header("Vary"), "Origin");
      const Answer unlisted = call("GET", path, {}, token, "Origin: https://example.org\r\n");
      EXPECT_EQ(unlisted.status, listed.status);
      EXPECT_EQ(unlisted.raw.header("Access-Control-Allow-Origin"), "") << path;
      EXPECT_EQ(unlisted.raw.header("Vary"), "Origin");
      EXPECT_EQ(get(path, token).raw.header("Vary"), "Origin");
    }
  }
  const Answer options = call("OPTIONS", "/api/v1/auth/login", {}, {}, "Origin: https://app.example.com\r\n");
  EXPECT_EQ(options.status, 405) << "an ordinary OPTIONS is the router's";
  EXPECT_EQ(options.raw.header("Access-Control-Allow-Origin"), "https://app.example.com");
}

}  // namespace
}  // namespace gateway::testing
