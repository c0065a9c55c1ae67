#include "tests/unit/plugins/policy_fixture.hpp"

namespace gateway::conformance {
namespace {

class AllowedHosts : public PolicyFixture {
 protected:
  AllowedHosts() : PolicyFixture(ALLOWED_HOSTS_PLUGIN) {}

  static bool allows(const PluginInstance& plugin, const std::string& host,
                     RouteClass route_class = RouteClass::Auth) {
    PolicyExchange exchange;
    exchange.request.headers = {{"Host", host}};
    exchange.request.route_class = route_class;
    return exchange.on_request(plugin) == 0;
  }
};

TEST_F(AllowedHosts, listed_hosts_are_served_with_any_port_and_in_any_case) {
  const PluginInstance plugin = run(R"({"Value": "api.example.com; Login.Example.com;192.0.2.7"})");
  for (const char* host : {"api.example.com", "API.EXAMPLE.COM", "api.example.com:443",
                           "api.example.com:", "login.example.com:65535", "192.0.2.7:8080"})
    EXPECT_TRUE(allows(plugin, host)) << host;
  for (const char* host : {"example.com", "evil.com", "api.example.com.evil.com", "xapi.example.com",
                           "x.api.example.com", "api.example.com.", "", ":443", "192.0.2.70"})
    EXPECT_FALSE(allows(plugin, host)) << host;
}

TEST_F(AllowedHosts, what_is_no_host_is_not_served) {
  const PluginInstance plugin = run(R"({"Value": "api.example.com;*.example.org"})");
  for (const std::string& host :
       {std::string("api.example.com:port"), std::string("api.example.com:123456"),
        std::string("api.example.com:80:80"), std::string("user@api.example.com"),
        std::string("api.example.com/"), std::string("api.example.com, evil.com"),
        std::string("evil.com/.example.org"), std::string("evil.com?.example.org"),
        std::string("evil.com\0.example.org", 21), std::string("evil@x.example.org"),
        std::string("api.example.com\0", 16), std::string(" api.example.com")})
    EXPECT_FALSE(allows(plugin, host)) << host;
}

TEST_F(AllowedHosts, a_wildcard_is_every_subdomain_but_not_the_domain) {
  const PluginInstance plugin = run(R"({"Value": "*.Example.org"})");
  for (const char* host : {"a.example.org", "a.b.example.org:8443", "A.EXAMPLE.ORG"})
    EXPECT_TRUE(allows(plugin, host)) << host;
  for (const char* host : {"example.org", ".example.org", "aexample.org", "a.example.org.evil.com"})
    EXPECT_FALSE(allows(plugin, host)) << host;
}

TEST_F(AllowedHosts, ipv6_addresses_are_in_brackets) {
  const PluginInstance plugin = run(R"({"Value": "[2001:DB8::1]"})");
  EXPECT_TRUE(allows(plugin, "[2001:db8::1]"));
  EXPECT_TRUE(allows(plugin, "[2001:db8::1]:8443"));
  for (const char* host : {"2001:db8::1", "[2001:db8::2]", "[2001:db8::1", "2001:db8::1]", "[2001:db8::1]x",
                           "[]", "[[2001:db8::1]]"})
    EXPECT_FALSE(allows(plugin, host)) << host;
}

TEST_F(AllowedHosts, a_missing_host_is_not_served) {
  const PluginInstance plugin = run(R"({"Value": "api.example.com"})");
  PolicyExchange exchange;
  EXPECT_EQ(exchange.on_request(plugin), 1);
}

TEST_F(AllowedHosts, the_refusal_is_the_contracts) {
  const PluginInstance plugin = run(R"({"Value": "api.example.com"})");
  PolicyExchange exchange;
  exchange.request.headers = {{"Host", "evil.com"}};
  EXPECT_EQ(exchange.on_request(plugin), 1);
  ASSERT_TRUE(exchange.rejection);
  EXPECT_EQ(exchange.rejection->status, 400);
  EXPECT_EQ(exchange.rejection->code, "MALFORMED_REQUEST");
  EXPECT_EQ(exchange.rejection->message, "The host of this request is not served here.");
  EXPECT_EQ(exchange.rejection->retry_after_s, 0);
}

TEST_F(AllowedHosts, health_is_answered_under_any_host) {
  const PluginInstance plugin = run(R"({"Value": "api.example.com"})");
  EXPECT_TRUE(allows(plugin, "10.0.0.17:8080", RouteClass::Health));
  for (const auto other : {RouteClass::Verify, RouteClass::Auth, RouteClass::Read, RouteClass::Write,
                           RouteClass::Unknown, RouteClass::Public})
    EXPECT_FALSE(allows(plugin, "10.0.0.17:8080", other));
}

TEST_F(AllowedHosts, without_a_list_or_with_a_star_any_host_is_served) {
  for (const char* config : {"{}", R"({"Value": ""})", R"({"Value": " ; ;"})", R"({"Value": "*"})",
                             R"({"Value": "api.example.com;*"})"})
    EXPECT_TRUE(allows(run(config), "whatever.example.net")) << config;
}

TEST_F(AllowedHosts, entries_that_could_never_match_are_refused_at_start) {
  for (const char* entry : {"https://api.example.com", "api.example.com:443", "api.*.com", "*example.com",
                            "*.", "**", "*.[::1]", "api.example.com/", "m\xc3\xbcller.example", "a b"}) {
    const auto plugin = try_run(std::string(R"({"Value": "ok.example.com;)") + entry + "\"}");
    ASSERT_FALSE(plugin) << entry;
    EXPECT_NE(text_of_faults(plugin).find(entry), std::string::npos);
  }
}

TEST_F(AllowedHosts, every_entry_that_could_never_match_is_told_at_once) {
  const auto plugin = try_run(R"({"Value": "https://a.example;ok.example;b.example:443;*"})");
  EXPECT_EQ(keys_at_fault(plugin), (std::vector<std::string>{"Value", "Value"}));
  const std::string text = text_of_faults(plugin);
  EXPECT_NE(text.find(R"("https://a.example" is not a host)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("b.example:443" is not a host)"), std::string::npos) << text;
}

TEST_F(AllowedHosts, what_may_be_a_password_is_not_repeated) {
  const std::string text = text_of_faults(try_run(R"({"Value": "https://user:hun;ter@app.example"})"));
  EXPECT_NE(text.find("has an '@' in it"), std::string::npos) << text;
  EXPECT_EQ(text.find("hun"), std::string::npos) << text;
}

TEST_F(AllowedHosts, an_entry_that_is_longer_than_any_host_is_not_repeated) {
  const std::string text = text_of_faults(try_run(R"({"Value": "a )" + std::string(8000, 'b') + R"("})"));
  EXPECT_NE(text.find("of 8002 bytes is not a host"), std::string::npos) << text;
  EXPECT_LT(text.size(), 400U);
}

}  // namespace
}  // namespace gateway::conformance
