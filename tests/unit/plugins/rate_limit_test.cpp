#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/unit/plugins/policy_fixture.hpp"

namespace gateway::conformance {
namespace {

constexpr const char* kDocumentedLimits =
    R"({"AuthEndpoints": 10, "ReadEndpoints": 100, "WriteEndpoints": 50})";

class RateLimit : public PolicyFixture {
 protected:
  RateLimit() : PolicyFixture(RATE_LIMIT_PLUGIN) {}

  // One whole request: what the pipeline does with it, known to be a user's from the start, found to be one
  // on the way, or nobody's.
  enum class Caller { Nobody, Known, Found, Rubbish };
  static PolicyExchange ask(const PluginInstance& plugin, RouteClass route_class, const std::string& address,
                            Caller caller = Caller::Nobody, const std::string& user = "user-1",
                            const std::string& route = "/some/route") {
    PolicyExchange exchange;
    exchange.request.route_class = route_class;
    exchange.request.route = route;
    exchange.request.client_address = address;
    if (caller != Caller::Nobody) exchange.request.headers = {{"Authorization", "Bearer x"}};
    if (caller == Caller::Known) exchange.request.user_id = user;
    std::int32_t verdict = exchange.on_request(plugin);
    if (verdict == 0 && (caller == Caller::Known || caller == Caller::Found)) {
      exchange.request.user_id = user;
      verdict = exchange.on_authenticated(plugin);
    }
    exchange.status = exchange.rejection ? exchange.rejection->status : caller == Caller::Rubbish ? 401 : 200;
    EXPECT_EQ(verdict, exchange.rejection ? 1 : 0);
    EXPECT_EQ(exchange.on_response(plugin), 0);
    EXPECT_FALSE(exchange.wrote_bad_header);
    return exchange;
  }
  template <class... Args>
  static int admitted_of(int tries, Args&&... args) {
    int admitted = 0;
    for (int i = 0; i < tries; ++i)
      admitted += ask(args...).rejection ? 0 : 1;
    return admitted;
  }
  // So many requests that are on their way at one moment, each with a token that nobody knows yet.
  static std::vector<PolicyExchange> arrived(const PluginInstance& plugin, std::size_t count,
                                             RouteClass route_class) {
    std::vector<PolicyExchange> crowd(count);
    for (std::size_t i = 0; i < count; ++i) {
      crowd[i].request.route_class = route_class;
      crowd[i].request.headers = {{"Authorization", "Bearer " + std::to_string(i)}};
      const std::int32_t verdict = crowd[i].on_request(plugin);
      EXPECT_EQ(verdict, crowd[i].rejection ? 1 : 0);
    }
    return crowd;
  }
  static std::ptrdiff_t let_in(const std::vector<PolicyExchange>& crowd) {
    return std::count_if(crowd.begin(), crowd.end(),
                         [](const auto& exchange) { return !exchange.rejection; });
  }
  static void leave(const PluginInstance& plugin, PolicyExchange& exchange, int status) {
    exchange.status = exchange.rejection ? exchange.rejection->status : status;
    EXPECT_EQ(exchange.on_response(plugin), 0);
  }
  static std::string only(const PolicyExchange& exchange, std::string_view name) {
    const auto values = exchange.values_of(name);
    return values.size() == 1 ? values[0] : "(" + std::to_string(values.size()) + " values)";
  }
};

TEST_F(RateLimit, check_32_the_eleventh_login_of_a_minute_is_refused_as_documented) {
  const PluginInstance plugin = run(kDocumentedLimits);
  const std::int64_t now_s = host_.wall_ms() / 1000;
  for (int i = 0; i < 10; ++i) {
    const PolicyExchange exchange = ask(plugin, RouteClass::Auth, "192.0.2.1");
    EXPECT_FALSE(exchange.rejection);
    EXPECT_EQ(only(exchange, "X-RateLimit-Limit"), "10");
    EXPECT_EQ(only(exchange, "X-RateLimit-Remaining"), std::to_string(9 - i));
    EXPECT_EQ(only(exchange, "X-RateLimit-Reset"), std::to_string(now_s + 6 * (i + 1)));
    EXPECT_EQ(only(exchange, "RateLimit-Policy"), R"("auth";q=10;w=60)");
    EXPECT_EQ(only(exchange, "RateLimit"),
              R"("auth";r=)" + std::to_string(9 - i) + ";t=" + std::to_string(i < 9 ? 6 * (i + 1) : 6));
  }
  const PolicyExchange refused = ask(plugin, RouteClass::Auth, "192.0.2.1");
  ASSERT_TRUE(refused.rejection);
  EXPECT_EQ(refused.rejection->status, 429);
  EXPECT_EQ(refused.rejection->code, "RATE_LIMIT_EXCEEDED");
  EXPECT_EQ(refused.rejection->retry_after_s, 6);
  EXPECT_EQ(only(refused, "X-RateLimit-Remaining"), "0");
  EXPECT_EQ(only(refused, "X-RateLimit-Reset"), std::to_string(now_s + 60));
  EXPECT_EQ(only(refused, "RateLimit"), R"("auth";r=0;t=6)");
  EXPECT_EQ(host_.counted("rate_limit_refused"), 1);
  EXPECT_FALSE(ask(plugin, RouteClass::Auth, "192.0.2.2").rejection) << "another address";
  host_.advance_ms(5'999);
  EXPECT_EQ(ask(plugin, RouteClass::Auth, "192.0.2.1").rejection->retry_after_s, 1);
  host_.advance_ms(1);
  EXPECT_EQ(admitted_of(3, plugin, RouteClass::Auth, "192.0.2.1"), 1);
}

TEST_F(RateLimit, check_32_classes_have_their_documented_limits_and_defaults) {
  for (const char* config : {kDocumentedLimits, "{}"}) {
    const PluginInstance plugin = run(config);
    EXPECT_EQ(admitted_of(200, plugin, RouteClass::Auth, "192.0.2.1"), 10);
    EXPECT_EQ(admitted_of(200, plugin, RouteClass::Read, "192.0.2.1"), 100);
    EXPECT_EQ(admitted_of(200, plugin, RouteClass::Write, "192.0.2.1"), 50);
    EXPECT_EQ(admitted_of(200, plugin, RouteClass::Unknown, "192.0.2.2"), 100) << "looking for paths";
    for (const RouteClass exempt : {RouteClass::Health, RouteClass::Verify, RouteClass::Public}) {
      const PolicyExchange exchange = ask(plugin, exempt, "192.0.2.1");
      EXPECT_TRUE(exchange.reply_headers.empty());
      EXPECT_EQ(admitted_of(500, plugin, exempt, "192.0.2.1"), 500);
    }
  }
}

TEST_F(RateLimit, users_count_wherever_they_come_from_and_addresses_for_nobody) {
  const PluginInstance plugin = run(R"({"ReadEndpoints": 5, "AuthEndpoints": 5})");
  EXPECT_EQ(admitted_of(3, plugin, RouteClass::Read, "192.0.2.1", Caller::Known, "ann"), 3);
  EXPECT_EQ(admitted_of(9, plugin, RouteClass::Read, "192.0.2.2", Caller::Found, "ann"), 2);
  EXPECT_EQ(admitted_of(9, plugin, RouteClass::Read, "192.0.2.1", Caller::Found, "bob"), 5)
      << "users behind one address do not share";
  EXPECT_EQ(admitted_of(9, plugin, RouteClass::Read, "192.0.2.1"), 5) << "and have taken nothing of its own";
  EXPECT_EQ(admitted_of(9, plugin, RouteClass::Auth, "192.0.2.1", Caller::Known, "ann"), 5);
  EXPECT_EQ(admitted_of(9, plugin, RouteClass::Auth, "192.0.2.1", Caller::Known, "bob"), 0)
      << "auth endpoints are limited by address, whoever asks";
  const PolicyExchange refused = ask(plugin, RouteClass::Read, "192.0.2.7", Caller::Known, "ann");
  ASSERT_TRUE(refused.rejection);
  EXPECT_EQ(only(refused, "X-RateLimit-Limit"), "5");
  EXPECT_EQ(only(refused, "RateLimit-Policy"), R"("read";q=5;w=60)");
}

TEST_F(RateLimit, check_25_tokens_of_nobody_are_paid_by_the_address) {
  const PluginInstance plugin = run(R"({"ReadEndpoints": 5})");
  const PolicyExchange first = ask(plugin, RouteClass::Read, "192.0.2.1", Caller::Rubbish);
  EXPECT_EQ(only(first, "X-RateLimit-Remaining"), "4") << "a 401 is limited too";
  EXPECT_EQ(admitted_of(20, plugin, RouteClass::Read, "192.0.2.1", Caller::Rubbish), 4);
  EXPECT_FALSE(ask(plugin, RouteClass::Read, "192.0.2.1", Caller::Known).rejection)
      << "who is known already does not suffer for it";
  EXPECT_FALSE(ask(plugin, RouteClass::Read, "192.0.2.2", Caller::Rubbish).rejection);
}

TEST_F(RateLimit, check_32_many_such_tokens_at_once_get_no_more_than_the_limit) {
  const PluginInstance plugin = run(R"({"ReadEndpoints": 6})");
  for (const RouteClass route_class : {RouteClass::Read, RouteClass::Unknown}) {
    std::vector<PolicyExchange> crowd = arrived(plugin, 50, route_class);
    EXPECT_EQ(let_in(crowd), 6);
    for (PolicyExchange& exchange : crowd)
      leave(plugin, exchange, 401);
    EXPECT_EQ(only(crowd.front(), "X-RateLimit-Remaining"), "0");
    EXPECT_TRUE(ask(plugin, route_class, "192.0.2.1", Caller::Rubbish).rejection) << "they have paid, once";
    host_.advance_ms(10'000);
    EXPECT_EQ(admitted_of(9, plugin, route_class, "192.0.2.1", Caller::Rubbish), 1);
    host_.advance_ms(60'000);
  }
}

TEST_F(RateLimit, check_32_many_of_one_user_at_once_with_a_new_token_get_exactly_the_limit) {
  const PluginInstance plugin = run(R"({"ReadEndpoints": 5})");
  for (const char* user : {"ann", "bob"}) {
    std::vector<PolicyExchange> crowd = arrived(plugin, 12, RouteClass::Read);
    int admitted = 0;
    for (PolicyExchange& exchange : crowd) {
      if (exchange.rejection) continue;
      exchange.request.user_id = user;
      const std::int32_t verdict = exchange.on_authenticated(plugin);
      EXPECT_EQ(verdict, exchange.rejection ? 1 : 0);
      admitted += exchange.rejection ? 0 : 1;
    }
    EXPECT_EQ(admitted, 5);
    EXPECT_TRUE(ask(plugin, RouteClass::Read, "192.0.2.1", Caller::Found, user).rejection);
    for (PolicyExchange& exchange : crowd)
      leave(plugin, exchange, 200);
  }
  EXPECT_EQ(admitted_of(9, plugin, RouteClass::Read, "192.0.2.1"), 5) << "the address got back all of it";
}

// Who is refused for what stands before its handler has still been found to be somebody.
TEST_F(RateLimit, an_address_pays_for_nobody_but_nobody) {
  const PluginInstance plugin = run(R"({"ReadEndpoints": 5})");
  std::vector<PolicyExchange> crowd = arrived(plugin, 5, RouteClass::Read);
  EXPECT_EQ(let_in(crowd), 5);
  for (PolicyExchange& exchange : crowd) {
    exchange.request.user_id = "ann";
    leave(plugin, exchange, 400);
    EXPECT_TRUE(exchange.reply_headers.empty());
  }
  EXPECT_EQ(admitted_of(9, plugin, RouteClass::Read, "192.0.2.1"), 5);
}

TEST_F(RateLimit, check_32_nobody_gets_back_what_was_not_taken) {
  const PluginInstance plugin = run(R"({"ReadEndpoints": 5})");
  EXPECT_EQ(admitted_of(9, plugin, RouteClass::Read, "192.0.2.1"), 5);
  for (int i = 0; i < 9; ++i) {
    PolicyExchange refused_before;  // by a policy in front of this one
    refused_before.request.headers = {{"Authorization", "Bearer x"}};
    leave(plugin, refused_before, i % 2 == 0 ? 503 : 401);
    EXPECT_FALSE(
        ask(plugin, RouteClass::Read, "192.0.2.1", Caller::Known, "user-" + std::to_string(i)).rejection);
    PolicyExchange answered_twice;
    answered_twice.request.headers = {{"Authorization", "Bearer x"}};
    answered_twice.request.client_address = "192.0.2.2";
    EXPECT_EQ(answered_twice.on_request(plugin), 0);
    leave(plugin, answered_twice, 503);
    leave(plugin, answered_twice, 503);
  }
  EXPECT_TRUE(ask(plugin, RouteClass::Read, "192.0.2.1").rejection);
  EXPECT_TRUE(ask(plugin, RouteClass::Read, "192.0.2.1", Caller::Found, "ann").rejection);
  EXPECT_EQ(admitted_of(9, plugin, RouteClass::Read, "192.0.2.2"), 5);
}

TEST_F(RateLimit, check_32_a_crowd_with_tokens_of_nobody_gets_no_more_logins_than_the_limit) {
  const PluginInstance plugin = run(R"({"Routes": {"/api/v1/auth/login": {"PerMinute": 5, "Key": "user"}}})");
  std::vector<PolicyExchange> crowd(40);
  int admitted = 0;
  for (PolicyExchange& exchange : crowd) {
    exchange.request.route_class = RouteClass::Auth;
    exchange.request.route = "/api/v1/auth/login";
    exchange.request.headers = {{"Authorization", "Bearer x"}};
    admitted += exchange.on_request(plugin) == 0 ? 1 : 0;
  }
  EXPECT_EQ(admitted, 5);
  for (PolicyExchange& exchange : crowd) {
    exchange.status = exchange.rejection ? 429 : 401;
    EXPECT_EQ(exchange.on_response(plugin), 0);
  }
  host_.advance_ms(12'000);
  EXPECT_EQ(admitted_of(5, plugin, RouteClass::Auth, "192.0.2.1", Caller::Rubbish, "", "/api/v1/auth/login"),
            1)
      << "nobody pays twice";
}

TEST_F(RateLimit, what_the_gateway_could_not_do_is_not_the_addresss) {
  const PluginInstance plugin = run(R"({"ReadEndpoints": 1})");
  for (int i = 0; i < 5; ++i) {
    PolicyExchange exchange;
    exchange.request.headers = {{"Authorization", "Bearer x"}};
    EXPECT_EQ(exchange.on_request(plugin), 0);
    exchange.status = 503;
    EXPECT_EQ(exchange.on_response(plugin), 0);
  }
}

TEST_F(RateLimit, check_29_a_missing_address_never_switches_the_limit_off) {
  const PluginInstance plugin = run(R"({"ExemptNetworks": ["10.0.0.0/8", "fd00::/8"]})");
  EXPECT_EQ(admitted_of(4, plugin, RouteClass::Auth, ""), 4);
  EXPECT_EQ(admitted_of(4, plugin, RouteClass::Auth, "unknown"), 4);
  EXPECT_EQ(admitted_of(9, plugin, RouteClass::Auth, "10.0.0.1:80"), 2) << "one limit for all of them";
}

TEST_F(RateLimit, ipv6_counts_by_64_bits_and_ipv4_in_it_as_ipv4) {
  const PluginInstance plugin = run("{}");
  for (int i = 0; i < 10; ++i)
    EXPECT_FALSE(ask(plugin, RouteClass::Auth, "2001:db8:0:1::" + std::to_string(i)).rejection);
  EXPECT_TRUE(ask(plugin, RouteClass::Auth, "2001:db8:0:1:ffff::1").rejection);
  EXPECT_FALSE(ask(plugin, RouteClass::Auth, "2001:db8:0:2::1").rejection);
  EXPECT_EQ(admitted_of(20, plugin, RouteClass::Auth, "192.0.2.1"), 10);
  EXPECT_TRUE(ask(plugin, RouteClass::Auth, "::ffff:192.0.2.1").rejection);
}

TEST_F(RateLimit, exempt_networks_are_not_limited) {
  const PluginInstance plugin = run(R"({"ExemptNetworks": ["10.0.0.0/8", "2001:db8::/32", "192.0.2.9"]})");
  for (const char* address : {"10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1", "192.0.2.9"}) {
    EXPECT_EQ(admitted_of(200, plugin, RouteClass::Auth, address), 200) << address;
    EXPECT_EQ(admitted_of(200, plugin, RouteClass::Write, address, Caller::Found), 200) << address;
    EXPECT_TRUE(ask(plugin, RouteClass::Auth, address).reply_headers.empty());
  }
  EXPECT_EQ(admitted_of(20, plugin, RouteClass::Auth, "192.0.2.8"), 10);
}

TEST_F(RateLimit, routes_have_limits_bursts_and_keys_of_their_own) {
  const PluginInstance plugin = run(R"({"Burst": 4, "Routes": {
      "/api/v1/auth/login": {"PerMinute": 5}, "/api/v1/users/{id}": {"PerMinute": 60, "Burst": 3},
      "/api/v1/auth/me": {"PerMinute": 2, "Key": "address"}, "/api/v1/auth/logout": {"PerMinute": 2, "Key": "user"}}})");
  const auto of_route = [&](const std::string& route, RouteClass route_class, Caller caller,
                            const std::string& user) {
    return admitted_of(20, plugin, route_class, "192.0.2.1", caller, user, route);
  };
  EXPECT_EQ(of_route("/api/v1/auth/login", RouteClass::Auth, Caller::Nobody, ""), 5);
  EXPECT_EQ(of_route("/api/v1/auth/signup", RouteClass::Auth, Caller::Nobody, ""), 4)
      << "the class, apart from it";
  EXPECT_EQ(of_route("/api/v1/users/{id}", RouteClass::Read, Caller::Known, "ann"), 3);
  EXPECT_EQ(of_route("/api/v1/users/{id}", RouteClass::Read, Caller::Known, "bob"), 3)
      << "by the class's key";
  EXPECT_EQ(of_route("/api/v1/auth/me", RouteClass::Read, Caller::Known, "ann"), 2);
  EXPECT_EQ(of_route("/api/v1/auth/me", RouteClass::Read, Caller::Known, "bob"), 0);
  EXPECT_EQ(of_route("/api/v1/auth/logout", RouteClass::Auth, Caller::Found, "ann"), 2);
  EXPECT_EQ(of_route("/api/v1/auth/logout", RouteClass::Auth, Caller::Found, "bob"), 0)
      << "the address has paid for ann: nobody knew yet who she was";
  EXPECT_EQ(
      admitted_of(20, plugin, RouteClass::Auth, "192.0.2.2", Caller::Found, "bob", "/api/v1/auth/logout"), 2);
  EXPECT_EQ(
      admitted_of(20, plugin, RouteClass::Auth, "192.0.2.3", Caller::Found, "bob", "/api/v1/auth/logout"), 0)
      << "bob has used up his own, wherever he is";
  const auto headers = ask(plugin, RouteClass::Read, "192.0.2.1", Caller::Known, "eve", "/api/v1/users/{id}");
  EXPECT_EQ(only(headers, "X-RateLimit-Limit"), "60");
  EXPECT_EQ(only(headers, "X-RateLimit-Remaining"), "2");
  EXPECT_EQ(only(headers, "RateLimit-Policy"), R"("/api/v1/users/{id}";q=3;w=3)");
}

TEST_F(RateLimit, key_address_counts_addresses_for_everybody) {
  const PluginInstance plugin = run(R"({"Key": "address", "ReadEndpoints": 3})");
  EXPECT_EQ(admitted_of(9, plugin, RouteClass::Read, "192.0.2.1", Caller::Found, "ann"), 3);
  EXPECT_EQ(admitted_of(9, plugin, RouteClass::Read, "192.0.2.1", Caller::Known, "bob"), 0);
}

TEST_F(RateLimit, a_dry_run_counts_and_refuses_nobody) {
  const PluginInstance plugin = run(R"({"DryRun": true})");
  EXPECT_EQ(admitted_of(25, plugin, RouteClass::Auth, "192.0.2.1"), 25);
  EXPECT_TRUE(ask(plugin, RouteClass::Auth, "192.0.2.2").reply_headers.empty());
  EXPECT_EQ(host_.counted("rate_limit_would_refuse"), 15);
  EXPECT_EQ(host_.counted("rate_limit_refused"), 0);
  EXPECT_NE(host_.logged().find("DryRun"), std::string::npos);
}

TEST_F(RateLimit, requests_at_once_never_get_more_than_the_limit) {
  const PluginInstance plugin = run(R"({"AuthEndpoints": 1000, "WriteEndpoints": 1000})");
  std::atomic<int> by_address{0};
  std::atomic<int> by_user{0};
  std::atomic<int> by_nobodys_address{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      by_address += admitted_of(500, plugin, RouteClass::Auth, "192.0.2.1");
      by_user += admitted_of(500, plugin, RouteClass::Write, "192.0.2.1", Caller::Found, "ann");
      by_nobodys_address += admitted_of(500, plugin, RouteClass::Write, "192.0.2.2", Caller::Rubbish);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(by_address, 1000);
  EXPECT_EQ(by_user, 1000);
  EXPECT_EQ(by_nobodys_address, 1000);
}

TEST_F(RateLimit, a_section_that_cannot_be_meant_is_refused_at_start_by_name) {
  for (const char* entry : {"10.0.0.1/8", "nonsense", "10.0.0.0/33", "", "0.0.0.0/0", "::/0"}) {
    const auto plugin = try_run(std::string(R"({"ExemptNetworks": ["10.0.0.0/8", ")") + entry + "\"]}");
    ASSERT_FALSE(plugin) << entry;
    EXPECT_EQ(keys_at_fault(plugin), std::vector<std::string>{"ExemptNetworks:1"});
    EXPECT_NE(text_of_faults(plugin).find('"' + std::string(entry) + '"'), std::string::npos);
  }
  for (const char* networks : {R"("0.0.0.0/1", "128.0.0.0/1")", R"("192.0.2.1", "::/1", "8000::/1")",
                               R"("192.0.0.0/2", "128.0.0.0/2", "64.0.0.0/2", "0.0.0.0/2", "10.0.0.0/8")"}) {
    const auto plugin = try_run(std::string(R"({"ExemptNetworks": [)") + networks + "]}");
    ASSERT_FALSE(plugin) << networks;
    EXPECT_EQ(text_of_faults(plugin).rfind("ExemptNetworks: together these are everybody", 0), 0U);
  }
  EXPECT_TRUE(try_run(R"({"ExemptNetworks": ["0.0.0.0/1", "10.0.0.0/8", "2001:db8::/32"]})"));
  for (const char* route : {"", "login", "/a b", "/a\\\"b", "/a\\r\\nX: y"}) {
    const auto plugin = try_run(std::string(R"({"Routes": {")") + route + R"(": {"PerMinute": 5}}})");
    ASSERT_FALSE(plugin) << route;
    EXPECT_EQ(text_of_faults(plugin).rfind("Routes:", 0), 0U);
  }
}

TEST_F(RateLimit, every_fault_is_told_at_once_and_no_fault_twice) {
  const auto plugin = try_run(R"({"Tasks": 3, "ExemptNetworks": ["10.0.0.0/8", "x", "::/0"],
      "Routes": {"login": {"PerMinute": 5}, "/a": {"Burst": 2}, "/b": {"PerMinute": 5}}})");
  EXPECT_EQ(keys_at_fault(plugin), (std::vector<std::string>{"Routes:login", "Routes:/a:PerMinute",
                                                             "ExemptNetworks:1", "ExemptNetworks:2"}));
}

}  // namespace
}  // namespace gateway::conformance
