#include "tests/unit/plugins/policy_fixture.hpp"

namespace gateway::conformance {
namespace {

class SecurityHeaders : public PolicyFixture {
 protected:
  SecurityHeaders() : PolicyFixture(SECURITY_HEADERS_PLUGIN) {}

  static PolicyExchange answered(const PluginInstance& plugin, RouteClass route_class,
                                 HeaderList headers = {}) {
    PolicyExchange exchange;
    exchange.request.route_class = route_class;
    exchange.reply_headers = std::move(headers);
    EXPECT_EQ(exchange.on_response(plugin), 0);
    return exchange;
  }
  static std::string only(const PolicyExchange& exchange, std::string_view name) {
    const auto values = exchange.values_of(name);
    return values.size() == 1 ? values[0] : "(" + std::to_string(values.size()) + " values)";
  }
};

constexpr RouteClass kClasses[] = {RouteClass::Health, RouteClass::Verify, RouteClass::Auth,
                                   RouteClass::Read,   RouteClass::Write,  RouteClass::Unknown,
                                   RouteClass::Public};

TEST_F(SecurityHeaders, check_35_every_response_has_them) {
  const PluginInstance plugin = run("{}");
  for (const RouteClass route_class : kClasses) {
    const PolicyExchange exchange = answered(plugin, route_class);
    EXPECT_EQ(only(exchange, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(only(exchange, "X-Frame-Options"), "DENY");
    EXPECT_EQ(only(exchange, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(only(exchange, "Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'");
    EXPECT_EQ(only(exchange, "Cross-Origin-Resource-Policy"), "same-origin");
    EXPECT_EQ(only(exchange, "Strict-Transport-Security"), "max-age=31536000; includeSubDomains");
  }
}

TEST_F(SecurityHeaders, check_35_what_may_carry_a_token_is_not_stored) {
  const PluginInstance plugin = run("{}");
  for (const RouteClass route_class :
       {RouteClass::Verify, RouteClass::Auth, RouteClass::Read, RouteClass::Write})
    EXPECT_EQ(only(answered(plugin, route_class, {{"cache-control", "public"}}), "Cache-Control"),
              "no-store");
  EXPECT_EQ(only(answered(plugin, RouteClass::Public, {{"Cache-Control", "max-age=300"}}), "Cache-Control"),
            "max-age=300")
      << "the key set may be cached";
}

TEST_F(SecurityHeaders, a_header_is_set_once_and_others_are_left_alone) {
  const PluginInstance plugin = run("{}");
  const PolicyExchange exchange = answered(
      plugin, RouteClass::Read,
      {{"x-frame-options", "ALLOWALL"}, {"X-Frame-Options", "SAMEORIGIN"}, {"Content-Type", "text/plain"}});
  EXPECT_EQ(only(exchange, "X-Frame-Options"), "DENY");
  EXPECT_EQ(only(exchange, "Content-Type"), "text/plain");
}

TEST_F(SecurityHeaders, each_is_replaced_or_switched_off_by_configuration) {
  const PluginInstance plugin = run(
      R"({"XFrameOptions": "SAMEORIGIN", "StrictTransportSecurity": "max-age=600", "ReferrerPolicy": "",
          "CacheControl": ""})");
  const PolicyExchange exchange = answered(plugin, RouteClass::Auth);
  EXPECT_EQ(only(exchange, "X-Frame-Options"), "SAMEORIGIN");
  EXPECT_EQ(only(exchange, "Strict-Transport-Security"), "max-age=600");
  EXPECT_TRUE(exchange.values_of("Referrer-Policy").empty());
  EXPECT_TRUE(exchange.values_of("Cache-Control").empty());
  EXPECT_EQ(only(exchange, "X-Content-Type-Options"), "nosniff");
}

TEST_F(SecurityHeaders, a_value_that_would_split_the_response_is_refused_at_start) {
  for (const char* value : {"a\\r\\nSet-Cookie: x", "a\\n", "a\\u0000", "a\\u007f"}) {
    const auto plugin = try_run(std::string(R"({"ReferrerPolicy": ")") + value + "\"}");
    ASSERT_FALSE(plugin) << value;
    EXPECT_EQ(keys_at_fault(plugin), std::vector<std::string>{"ReferrerPolicy"});
  }
}

TEST_F(SecurityHeaders, every_fault_is_told_at_once) {
  EXPECT_EQ(
      keys_at_fault(try_run(R"({"CacheControl": "a\n", "XFrameOptions": "b\t", "ReferrerPolicy": "c"})")),
      (std::vector<std::string>{"XFrameOptions", "CacheControl"}));
}

}  // namespace
}  // namespace gateway::conformance
