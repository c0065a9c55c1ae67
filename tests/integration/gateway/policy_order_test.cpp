// Policies run in any order that is configured, and one of them may stand there twice.
#include <algorithm>

#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {
namespace {

constexpr const char* kListed = "https://app.example.com";

class PolicyOrderTest : public GatewayFixture {
 protected:
  using Policies = std::vector<app::PluginChoice>;

  static app::PluginChoice policy(const std::string& name, const std::string& section,
                                  const std::string& id = "") {
    return {PluginKind::Policy, name, id.empty() ? name : id, std::nullopt, section};
  }
  void start_with(const Policies& policies) {
    app::Settings settings = default_settings();
    settings.plugins.resize(2);  // storage and provider
    settings.plugins.insert(settings.plugins.end(), policies.begin(), policies.end());
    start(std::move(settings));
  }
  Answer ask(const std::string& method, const std::string& path, const std::string& headers,
             const std::string& host = "localhost") {
    const std::string body = method == "POST" ? R"({"refreshToken":"nobodys"})" : "";
    const auto raw = exchange_once(
        port(), method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + headers +
                    "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body);
    Answer answer;
    EXPECT_TRUE(raw.has_value()) << method << " " << path;
    if (raw) answer.raw = *raw;
    answer.status = answer.raw.status;
    return answer;
  }
  Answer refresh(const std::string& origin = kListed, const std::string& host = "localhost") {
    return ask("POST", "/api/v1/auth/refresh", "Origin: " + origin + "\r\n", host);
  }
  Answer preflight(const std::string& host) {
    return ask("OPTIONS", "/api/v1/auth/me",
               std::string("Origin: ") + kListed + "\r\nAccess-Control-Request-Method: GET\r\n", host);
  }
  double refused_by(const std::string& id) {
    const std::string text = metrics_.expose();
    const std::string name = "gateway_plugin_rate_limit_refused_total{plugin=\"" + id + "\"} ";
    const std::size_t at = text.find(name);
    return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size()));
  }
};

TEST_F(PolicyOrderTest, AnyOrderKeepsWhatEachPolicyIsFor) {
  Policies policies{policy("allowed-hosts", R"({"Value":"localhost"})"),
                    policy("cors", R"({"AllowedOrigins":["https://app.example.com"]})"),
                    policy("rate-limit", R"({"AuthEndpoints":2})"), policy("security-headers", "{}")};
  int orders = 0;
  do {
    std::string order;
    for (const app::PluginChoice& choice : policies)
      order += choice.name + " ";
    SCOPED_TRACE(order);
    const auto precedes = [&](const char* one, const char* other) {
      return order.find(one) < order.find(other);
    };
    start_with(policies);
    EXPECT_EQ(preflight("localhost").status, 204);
    EXPECT_EQ(preflight("localhost").raw.header("Access-Control-Allow-Origin"), kListed);

    for (const int expected : {401, 401, 429}) {
      const Answer answer = refresh();
      EXPECT_EQ(answer.status, expected);
      EXPECT_EQ(answer.raw.header("Access-Control-Allow-Origin"), kListed) << "also of a refusal";
      EXPECT_EQ(answer.raw.header("Vary"), "Origin");
      EXPECT_EQ(answer.raw.header("X-RateLimit-Limit"), "2");
      EXPECT_EQ(answer.raw.header("X-Content-Type-Options"), "nosniff");
    }
    const Answer unlisted = refresh("https://evil.example");
    EXPECT_EQ(unlisted.status, 429);
    EXPECT_EQ(unlisted.raw.header("Access-Control-Allow-Origin"), "");

    // Who has to say no comes to it in the order that is configured.
    const Answer foreign = refresh(kListed, "evil.example");
    EXPECT_EQ(foreign.status, precedes("allowed-hosts", "rate-limit") ? 400 : 429);
    EXPECT_EQ(foreign.raw.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(preflight("evil.example").status, precedes("allowed-hosts", "cors") ? 400 : 204);
    stop();
    ++orders;
  } while (std::next_permutation(policies.begin(), policies.end(),
                                 [](const auto& a, const auto& b) { return a.name < b.name; }));
  EXPECT_EQ(orders, 24);
}

TEST_F(PolicyOrderTest, TwoLimitsOfDifferentIdsCountEachByItself) {
  const std::string per_route = R"({"AuthEndpoints":1000,"Routes":{"/api/v1/auth/login":{"PerMinute":2}}})";
  const Policies strict_first{policy("rate-limit", per_route, "per-route"),
                              policy("rate-limit", R"({"AuthEndpoints":4})")};
  start_with(strict_first);
  const Person nobody{"nobody@example.com"};
  EXPECT_EQ(log_in(nobody).status, 401);
  EXPECT_EQ(log_in(nobody).status, 401);
  EXPECT_EQ(log_in(nobody).status, 429);
  EXPECT_EQ(refused_by("per-route"), 1);
  EXPECT_EQ(refused_by("rate-limit"), 0);
  // What the first refused the second never saw: it has two of its four left.
  EXPECT_EQ(refresh().status, 401);
  EXPECT_EQ(refresh().status, 401);
  EXPECT_EQ(refresh().status, 429);
  EXPECT_EQ(refused_by("per-route"), 1);
  EXPECT_EQ(refused_by("rate-limit"), 1);
  EXPECT_EQ(log_in(nobody).status, 429);
  EXPECT_EQ(refused_by("per-route"), 2) << "the first in the order says it";
}

TEST_F(PolicyOrderTest, TwoListsOfOriginsAreOneOrTheOther) {
  start_with({policy("cors", R"({"AllowedOrigins":["https://one.example"]})", "cors-one"),
              policy("cors", R"({"AllowedOrigins":["https://two.example"]})", "cors-two")});
  for (const char* origin : {"https://one.example", "https://two.example"})
    EXPECT_EQ(refresh(origin).raw.header("Access-Control-Allow-Origin"), origin);
  EXPECT_EQ(refresh("https://three.example").raw.header("Access-Control-Allow-Origin"), "");
}

}  // namespace
}  // namespace gateway::testing
