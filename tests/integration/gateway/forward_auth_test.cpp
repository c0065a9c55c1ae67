// Forward-auth and what operators ask.
#include <array>

#include "core/api/forward_auth_endpoint.hpp"
#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {
namespace {

class ForwardAuthTest : public GatewayFixture {
 protected:
  void SetUp() override { start(); }
};

TEST_F(ForwardAuthTest, TellsAProxyWhoARequestIsFrom) {
  const Person person = sign_up("proxy@example.com", 1);
  for (int pass = 0; pass < 2; ++pass) {  // by verification, then from the cache
    const Answer answer = get("/api/v1/auth/verify", person.token);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.raw.header("X-Auth-User-Id"), person.id);
    EXPECT_EQ(answer.raw.header("X-Auth-Provider"), "local");
    EXPECT_EQ(answer.raw.header("X-Auth-Email"), "proxy@example.com");
    EXPECT_EQ(answer.raw.header("X-Auth-User-Type"), "Vendor");
    EXPECT_EQ(answer.raw.header("X-Auth-Roles"), "Vendor");
    EXPECT_FALSE(answer.raw.header("X-Auth-Subject").empty());
    EXPECT_EQ(answer.raw.header("Cache-Control"), "no-store");
    EXPECT_TRUE(answer.raw.body.empty());
  }
}

// A proxy that copies what it finds must find each of them: what is left out it would leave to the client to
// say.
TEST(ForwardAuth, check_31_EveryIdentityHeaderIsThereWhateverIsKnown) {
  class OwnExchange final : public http::Exchange {
   public:
    void complete() noexcept override {}
    bool abandoned() const noexcept override { return false; }
  };
  constexpr std::array<const char*, 6> kNames{"X-Auth-User-Id", "X-Auth-Subject",   "X-Auth-Provider",
                                              "X-Auth-Email",   "X-Auth-User-Type", "X-Auth-Roles"};
  http::Caller known;
  known.user_id = "id";
  known.subject = "sub\nject";  // a provider's may be anything; this one fits no header
  http::RequestContext context;
  context.exchange = std::make_shared<OwnExchange>();
  context.caller = std::make_shared<http::Caller>(known);
  ASSERT_TRUE(api::forward_auth_route(http::Lane::Fast).handler(context).ok());
  for (const char* name : kNames) {
    const auto value = context.response().header(name);
    ASSERT_TRUE(value.has_value()) << name;
    EXPECT_EQ(*value, name == kNames[0] ? "id" : "") << name;
  }
}

TEST_F(ForwardAuthTest, ATokenInACookieIsTakenWhereItIsTheOnlyOne) {
  app::Settings settings = default_settings();
  settings.pipeline.token_cookie = "at";
  stop();
  start(settings);
  const Person person = sign_up("cookie@example.com");
  const auto status = [&](const std::string& headers) {
    return call("GET", "/api/v1/auth/verify", {}, {}, headers).status;
  };
  EXPECT_EQ(status("Cookie: theme=dark; at=" + person.token + "\r\n"), 200);
  EXPECT_EQ(status("Cookie: at=@@; at=" + person.token + "\r\n"), 401);
  EXPECT_EQ(status("Cookie: at=" + person.token + "; at=" + person.token + "\r\n"), 401);
  EXPECT_EQ(status("Cookie: at=" + person.token + "\r\nCookie: at=other\r\n"), 401);
  EXPECT_EQ(status("Authorization: Basic eDp5\r\nCookie: at=" + person.token + "\r\n"), 401);
}

TEST_F(ForwardAuthTest, TakesAnyMethod) {
  const Person person = sign_up("any@example.com");
  for (const char* method : {"GET", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"}) {
    EXPECT_EQ(call(method, "/api/v1/auth/verify", {}, person.token).status, 200) << method;
  }
}

TEST_F(ForwardAuthTest, check_31_AnyDoubtIsARefusalWithAnEmptyBody) {
  const Person person = sign_up("doubt@example.com");
  const auto expect = [&](int status, const std::string& path, std::string_view headers) {
    const Answer answer = call("GET", path, {}, {}, headers);
    EXPECT_EQ(answer.status, status) << path << " " << headers;
    EXPECT_TRUE(answer.raw.body.empty());
  };
  expect(401, "/api/v1/auth/verify", "");
  expect(401, "/api/v1/auth/verify", "Authorization: Bearer \r\n");
  expect(401, "/api/v1/auth/verify", "Authorization: Basic eDp5\r\n");
  expect(401, "/api/v1/auth/verify", "Authorization: Bearer a b\r\n");
  expect(401, "/api/v1/auth/verify", "Authorization: Bearer nonsense\r\n");
  expect(401, "/api/v1/auth/verify", "Authorization: Bearer " + person.token + "x\r\n");
  expect(401, "/api/v1/auth/verify?token=" + person.token, "");
  const std::string good = "Authorization: Bearer " + person.token + "\r\n";
  expect(200, "/api/v1/auth/verify?userType=Buyer", good);
  expect(200, "/api/v1/auth/verify?userType=Admin&userType=Buyer", good);
  expect(403, "/api/v1/auth/verify?userType=Admin", good);
  expect(403, "/api/v1/auth/verify?userType=%zz", good);
  expect(401, "/api/v1/auth/verify", "Authorization: bearer" + person.token + "\r\n");
  expect(200, "/api/v1/auth/verify", "Authorization: bearer " + person.token + "\r\n");
}

// As of a proxy that appends what its client asks for: nothing there is a permission, whatever the method.
TEST_F(ForwardAuthTest, check_31_NothingBelowItsPathIsAPermission) {
  const Person person = sign_up("below@example.com");
  for (const char* path :
       {"/", "/orders", "/orders/7?userType=Buyer", "/?userType=Admin", ";x", "/../verify/x"}) {
    for (const char* method : {"GET", "POST", "OPTIONS", "PROPFIND"}) {
      const Answer answer = call(method, std::string("/api/v1/auth/verify") + path, {}, person.token,
                                 "Origin: https://a.example\r\n");
      EXPECT_GE(answer.status, 400) << method << " " << path;
      EXPECT_EQ(answer.raw.header("X-Auth-User-Id"), "") << path;
    }
  }
}

TEST_F(ForwardAuthTest, check_08_AnExpiredTokenIsRefused) {
  app::Settings settings = default_settings();
  settings.tokens.access_lifetime_s = 1;
  stop();
  start(settings);
  const Person person = sign_up("expired@example.com");
  clock_.advance_wall(3600 * 1000);
  EXPECT_EQ(get("/api/v1/auth/verify", person.token).status, 401);
}

TEST_F(ForwardAuthTest, HealthAndItsSiblings) {
  const Answer health = get("/api/v1/health");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(health.at("status"), "healthy");
  EXPECT_EQ(health.at("database"), "connected");
  EXPECT_EQ(health.at("local"), "connected");
  EXPECT_EQ(get("/api/v1/live").status, 200);
  EXPECT_EQ(get("/api/v1/ready").status, 200);
  EXPECT_EQ(get("/api/v1/info").at("name"), "identity-gateway");
  const Answer metrics = get("/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_NE(metrics.raw.body.find("gateway_requests_total"), std::string::npos);
  EXPECT_NE(get("/.well-known/jwks.json").raw.body.find("\"ES256\""), std::string::npos);
  EXPECT_FALSE(get("/.well-known/openid-configuration").at("jwks_uri").empty());
  EXPECT_EQ(get("/api/v1/openapi.json").at("openapi"), "3.1.0");
}

TEST_F(ForwardAuthTest, UnknownPathsAndMethods) {
  EXPECT_EQ(get("/nothing").code(), "NOT_FOUND");
  EXPECT_EQ(get("/API/v1/health").code(), "NOT_FOUND");
  const Answer answer = call("DELETE", "/api/v1/auth/login");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.raw.header("Allow"), "POST");
}

TEST_F(ForwardAuthTest, check_35_SecurityHeadersAreOnEveryAnswer) {
  const Person person = sign_up("headers@example.com");
  for (const Answer& answer : {get("/nothing"), get("/api/v1/auth/me", person.token), get("/api/v1/auth/me"),
                               post("/api/v1/auth/login", "{"), get("/api/v1/health")}) {
    EXPECT_EQ(answer.raw.header("X-Content-Type-Options"), "nosniff");
    EXPECT_FALSE(answer.raw.header("X-Request-Id").empty());
  }
  EXPECT_EQ(log_in(person).raw.header("Cache-Control"), "no-store");
  const auto malformed = exchange_once(port(), "NONSENSE\r\n\r\n");
  ASSERT_TRUE(malformed.has_value());
  EXPECT_EQ(malformed->status, 400);
  EXPECT_EQ(malformed->header("X-Content-Type-Options"), "nosniff");
}

TEST_F(ForwardAuthTest, check_31_ARequirementWithASlipOfThePenIsARefusal) {
  const Person person = sign_up("slip@example.com");
  EXPECT_EQ(get("/api/v1/auth/verify?userType=Buyer", person.token).status, 200);
  for (const char* query : {"?usertype=Buyer", "?UserType=Buyer", "?userType[]=Buyer", "?a=b&userType=Buyer",
                            "?userType=Buyer&x", "?userType=%ff", "?userType=Admin"})
    EXPECT_EQ(get(std::string("/api/v1/auth/verify") + query, person.token).status, 403) << query;
}

}  // namespace
}  // namespace gateway::testing
