// The policies in front of a whole gateway.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

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
  static app::Settings with_limits(const char* section) { return with("rate-limit", section, with_cors()); }
  Answer log_in_as_nobody(std::string_view extra_headers = {}) {
    return call("POST", "/api/v1/auth/login", R"({"email":"nobody@example.com","password":"Str0ng#Enough"})",
                {}, extra_headers);
  }
  static void expect_limit_headers(const Answer& answer, const std::string& limit) {
    EXPECT_EQ(answer.raw.header("X-RateLimit-Limit"), limit);
    for (const char* name : {"X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit"})
      EXPECT_NE(answer.raw.header(name), "") << name;
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

TEST_F(PoliciesTest, check_31_APreflightIsNoWayThroughForwardAuth) {
  start(with_cors());
  for (const char* origin : {"https://app.example.com", "https://evil.example"}) {
    for (const char* path : {"/api/v1/auth/verify", "/api/v1/auth/verify?userType=Admin"}) {
      const Answer refused = preflight(path, origin);
      EXPECT_EQ(refused.status, 401) << path << " " << origin;
      EXPECT_EQ(refused.raw.header("Access-Control-Allow-Methods"), "");
    }
  }
  for (const char* path : {"/api/v1/auth/verify/", "/api/v1/auth/verify/orders/1", "/api/v1/auth/verify;x"})
    EXPECT_EQ(preflight(path, "https://app.example.com").status, 404) << path;
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

TEST_F(PoliciesTest, NetworksAreKeptOutOfSingleRoutesAlone) {
  start(with("ip-allow",
             R"({"Routes":{"/metrics":{"Deny":["127.0.0.1"]},"/api/v1/users":{"Allow":["10.0.0.0/8"]}}})"));
  const Person person = sign_up("network@example.com");
  EXPECT_EQ(get("/metrics").status, 403);
  EXPECT_EQ(get("/api/v1/health").status, 200) << "of the same class";
  EXPECT_EQ(get("/api/v1/users").code(), "INSUFFICIENT_PERMISSIONS") << "before anybody asks who it is";
  EXPECT_EQ(get("/api/v1/users?limit=1", person.token).status, 403);
  EXPECT_EQ(get("/api/v1/auth/me", person.token).status, 200);
}

TEST_F(PoliciesTest, check_32_TheEleventhLoginOfAMinuteIsRefused) {
  start(with_limits(R"({"AuthEndpoints":10,"ReadEndpoints":100,"WriteEndpoints":50})"));
  const auto begin = std::chrono::steady_clock::now();
  Answer answer = log_in_as_nobody();
  EXPECT_EQ(answer.raw.header("X-RateLimit-Remaining"), "9");
  EXPECT_EQ(answer.raw.header("RateLimit-Policy"), R"("auth";q=10;w=60)");
  int admitted = 0;
  for (; answer.status != 429 && admitted < 100; answer = log_in_as_nobody()) {
    ++admitted;
    EXPECT_EQ(answer.status, 401) << answer.raw.body;
    expect_limit_headers(answer, "10");
  }
  // One more comes with each six seconds, should this machine be that slow.
  const auto slow = (std::chrono::steady_clock::now() - begin) / std::chrono::seconds(6);
  EXPECT_GE(admitted, 10);
  EXPECT_LE(admitted, 10 + slow);

  answer = log_in_as_nobody("Origin: https://app.example.com\r\n");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.code(), "RATE_LIMIT_EXCEEDED");
  expect_limit_headers(answer, "10");
  EXPECT_EQ(answer.raw.header("X-RateLimit-Remaining"), "0");
  const int retry_after_s = std::atoi(answer.raw.header("Retry-After").c_str());
  EXPECT_GE(retry_after_s, 1);
  EXPECT_LE(retry_after_s, 6);
  EXPECT_EQ(answer.at("error.retryAfter"), answer.raw.header("Retry-After"));
  const std::int64_t reset_in_s =
      std::atoll(answer.raw.header("X-RateLimit-Reset").c_str()) - clock_.wall_ms() / 1000;
  EXPECT_GE(reset_in_s, 50);
  EXPECT_LE(reset_in_s, 61);
  EXPECT_EQ(answer.raw.header("Access-Control-Allow-Origin"), "https://app.example.com");
  EXPECT_NE(answer.raw.header("Access-Control-Expose-Headers").find("Retry-After"), std::string::npos);
  EXPECT_EQ(preflight("/api/v1/auth/login", "https://app.example.com").status, 204);
  for (const char* path : {"/api/v1/health", "/api/v1/live", "/metrics", "/.well-known/jwks.json"}) {
    const Answer exempt = get(path);
    EXPECT_EQ(exempt.status, 200) << path;
    EXPECT_EQ(exempt.raw.header("X-RateLimit-Limit"), "") << path;
  }
}

TEST_F(PoliciesTest, check_32_ACrowdWithNewTokensGetsExactlyTheLimit) {
  start(with_limits(R"({"ReadEndpoints":5})"));
  const Person ann = sign_up("ann@example.com");
  const auto statuses_of = [&](auto token_of) {
    std::vector<int> statuses(16);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < statuses.size(); ++i)
      threads.emplace_back([&, i] { statuses[i] = get("/api/v1/auth/me", token_of(i)).status; });
    for (std::thread& thread : threads)
      thread.join();
    return statuses;
  };
  const auto begin = std::chrono::steady_clock::now();
  const auto slow = [&] { return (std::chrono::steady_clock::now() - begin) / std::chrono::seconds(12); };
  const auto of_ann = statuses_of([&](std::size_t) { return ann.token; });
  EXPECT_GE(std::count(of_ann.begin(), of_ann.end(), 200), 5);
  EXPECT_LE(std::count(of_ann.begin(), of_ann.end(), 200), 5 + slow());
  // Her address has got back what it paid for her, and has as much for nobody's tokens.
  const auto of_nobody = statuses_of([](std::size_t i) { return "rubbish-" + std::to_string(i); });
  EXPECT_GE(std::count(of_nobody.begin(), of_nobody.end(), 401), 5);
  EXPECT_LE(std::count(of_nobody.begin(), of_nobody.end(), 401), 5 + slow());
}

// A monitor that asks with the wrong method must keep nobody out, and is not without a limit either.
TEST_F(PoliciesTest, check_32_WrongMethodsUseUpNoLogins) {
  start(with_limits(R"({"AuthEndpoints":10,"ReadEndpoints":20})"));
  const auto begin = std::chrono::steady_clock::now();
  int admitted = 0;
  Answer answer = get("/api/v1/auth/login");
  for (; answer.status != 429 && admitted < 100; answer = get("/api/v1/auth/login")) {
    ++admitted;
    EXPECT_EQ(answer.status, 405) << answer.raw.body;
    EXPECT_EQ(answer.raw.header("Allow"), "POST");
    expect_limit_headers(answer, "20");
  }
  const auto slow = (std::chrono::steady_clock::now() - begin) / std::chrono::seconds(3);
  EXPECT_GE(admitted, 20);
  EXPECT_LE(admitted, 20 + slow);
  EXPECT_EQ(call("PUT", "/api/v1/auth/signup", "{}").status, 429) << "whichever path and method";
  EXPECT_EQ(log_in_as_nobody().raw.header("X-RateLimit-Remaining"), "9");
}

TEST_F(PoliciesTest, check_32_UsersHaveALimitOfTheirOwn) {
  start(with_limits(R"({"ReadEndpoints":3})"));
  const Person ann = sign_up("ann@example.com");
  const Person bob = sign_up("bob@example.com");
  for (int i = 0; i < 3; ++i) {
    const Answer answer = get("/api/v1/auth/me", ann.token);
    EXPECT_EQ(answer.status, 200);
    expect_limit_headers(answer, "3");
  }
  EXPECT_EQ(get("/api/v1/auth/me", ann.token).status, 429);
  EXPECT_EQ(get("/api/v1/auth/me", bob.token).status, 200);
  // Tokens of nobody, and none, are the address's.
  for (const char* token : {"rubbish", "", "rubbish"}) {
    const Answer answer = get("/api/v1/auth/me", token);
    EXPECT_EQ(answer.status, 401);
    expect_limit_headers(answer, "3");
  }
  EXPECT_EQ(get("/api/v1/auth/me", "rubbish").status, 429);
  EXPECT_EQ(get("/nowhere").status, 429);
  EXPECT_EQ(get("/api/v1/auth/me", bob.token).status, 200);
  for (int i = 0; i < 20; ++i) {
    const Answer verified = get("/api/v1/auth/verify", ann.token);
    EXPECT_EQ(verified.status, 200);
    EXPECT_EQ(verified.raw.header("X-RateLimit-Limit"), "");
  }
}

}  // namespace
}  // namespace gateway::testing
