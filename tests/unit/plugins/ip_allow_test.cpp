#include "tests/unit/plugins/policy_fixture.hpp"

namespace gateway::conformance {
namespace {

class IpAllow : public PolicyFixture {
 protected:
  IpAllow() : PolicyFixture(IP_ALLOW_PLUGIN) {}

  static int status_for(const PluginInstance& plugin, const std::string& address,
                        RouteClass route_class = RouteClass::Auth, std::string route = "/some/route") {
    PolicyExchange exchange;
    exchange.request.client_address = address;
    exchange.request.route_class = route_class;
    exchange.request.route = std::move(route);
    return exchange.on_request(plugin) == 0 ? 200 : exchange.rejection.value().status;
  }
};

TEST_F(IpAllow, an_allow_list_lets_nobody_else_in) {
  const PluginInstance plugin = run(R"({"Allow": ["10.0.0.0/8", "2001:db8::/32", "192.0.2.9"]})");
  for (const char* address : {"10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3", "2001:db8:1::5", "192.0.2.9"})
    EXPECT_EQ(status_for(plugin, address), 200) << address;
  for (const char* address : {"9.255.255.255", "11.0.0.0", "192.0.2.8", "2001:db9::1", "::1"})
    EXPECT_EQ(status_for(plugin, address), 403) << address;
}

TEST_F(IpAllow, a_deny_list_keeps_out_also_who_is_allowed) {
  const PluginInstance plugin = run(R"({"Allow": ["10.0.0.0/8"], "Deny": ["10.6.0.0/16"]})");
  EXPECT_EQ(status_for(plugin, "10.5.0.1"), 200);
  EXPECT_EQ(status_for(plugin, "10.6.0.1"), 403);
  const PluginInstance deny_alone = run(R"({"Deny": ["10.6.0.0/16"]})");
  EXPECT_EQ(status_for(deny_alone, "203.0.113.7"), 200);
  EXPECT_EQ(status_for(deny_alone, "::ffff:10.6.1.2"), 403);
}

TEST_F(IpAllow, a_class_has_its_own_lists_instead_of_the_general_ones) {
  const PluginInstance plugin =
      run(R"({"Deny": ["203.0.113.0/24"], "Classes": {"Write": {"Allow": ["10.0.0.0/8"]}}})");
  EXPECT_EQ(status_for(plugin, "203.0.113.7", RouteClass::Read), 403);
  EXPECT_EQ(status_for(plugin, "198.51.100.1", RouteClass::Read), 200);
  EXPECT_EQ(status_for(plugin, "198.51.100.1", RouteClass::Write), 403);
  EXPECT_EQ(status_for(plugin, "10.0.0.1", RouteClass::Write), 200);
}

TEST_F(IpAllow, every_class_but_health_falls_under_the_general_lists) {
  const PluginInstance plugin = run(R"({"Allow": ["10.0.0.0/8"]})");
  for (const RouteClass route_class : {RouteClass::Verify, RouteClass::Auth, RouteClass::Read,
                                       RouteClass::Write, RouteClass::Unknown, RouteClass::Public})
    EXPECT_EQ(status_for(plugin, "203.0.113.7", route_class), 403) << static_cast<int>(route_class);
  EXPECT_EQ(status_for(plugin, "203.0.113.7", RouteClass::Health), 200);
  const PluginInstance named = run(R"({"Classes": {"Health": {"Allow": ["10.0.0.0/8"]}}})");
  EXPECT_EQ(status_for(named, "203.0.113.7", RouteClass::Health), 403);
  EXPECT_EQ(status_for(named, "203.0.113.7", RouteClass::Auth), 200) << "no general list";
}

TEST_F(IpAllow, a_route_has_its_own_lists_instead_of_its_class_and_the_general_ones) {
  const PluginInstance plugin = run(R"({"Deny": ["203.0.113.0/24"],
    "Classes": {"Write": {"Allow": ["192.0.2.0/24"]}},
    "Routes": {"/api/v1/users": {"Allow": ["10.0.0.0/8"]},
               "/api/v1/users/{id}": {"Allow": ["10.0.0.0/8"], "Deny": ["10.6.0.0/16"]}}})");
  const auto reads = [&](const char* address, const char* route) {
    return status_for(plugin, address, RouteClass::Read, route);
  };
  EXPECT_EQ(reads("198.51.100.1", "/api/v1/auth/me"), 200);
  EXPECT_EQ(reads("198.51.100.1", "/api/v1/users"), 403);
  EXPECT_EQ(reads("10.6.0.1", "/api/v1/users"), 200);
  EXPECT_EQ(reads("10.6.0.1", "/api/v1/users/{id}"), 403);
  EXPECT_EQ(reads("10.5.0.1", "/api/v1/users/{id}"), 200);
  EXPECT_EQ(reads("203.0.113.7", "/api/v1/users/{id}/attempts"), 403) << "another route";
  EXPECT_EQ(status_for(plugin, "10.5.0.1", RouteClass::Write, "/api/v1/users/{id}"), 200);
  EXPECT_EQ(status_for(plugin, "192.0.2.1", RouteClass::Write, "/api/v1/users/{id}"), 403);
  EXPECT_EQ(status_for(plugin, "192.0.2.1", RouteClass::Write, "/api/v1/api-keys"), 200);
}

TEST_F(IpAllow, the_metrics_alone_can_be_kept_to_those_who_collect_them) {
  const PluginInstance plugin = run(R"({"Routes": {"/metrics": {"Allow": ["10.0.9.0/24"]}}})");
  EXPECT_EQ(status_for(plugin, "10.0.9.4", RouteClass::Health, "/metrics"), 200);
  EXPECT_EQ(status_for(plugin, "203.0.113.7", RouteClass::Health, "/metrics"), 403);
  EXPECT_EQ(status_for(plugin, "unknown", RouteClass::Health, "/metrics"), 403);
  EXPECT_EQ(status_for(plugin, "203.0.113.7", RouteClass::Health, "/api/v1/live"), 200);
  EXPECT_EQ(status_for(plugin, "203.0.113.7", RouteClass::Auth, "/api/v1/auth/login"), 200);
}

TEST_F(IpAllow, what_is_no_address_is_kept_out) {
  const PluginInstance plugin = run(R"({"Deny": ["203.0.113.0/24"]})");
  for (const char* address : {"", "unknown", "203.0.113", "10.0.0.1:80", "10.0.0.1 "})
    EXPECT_EQ(status_for(plugin, address), 403) << address;
}

TEST_F(IpAllow, refusals_are_counted) {
  const PluginInstance plugin = run(R"({"Deny": ["203.0.113.0/24"]})");
  status_for(plugin, "203.0.113.7");
  status_for(plugin, "203.0.113.8");
  status_for(plugin, "203.0.114.8");
  EXPECT_EQ(host_.counted("ip_allow_refused"), 2);
}

TEST_F(IpAllow, what_says_nothing_or_cannot_be_meant_stops_the_start) {
  for (const char* section :
       {"{}", R"({"Allow": []})", R"({"Deny": []})", R"({"Classes": {}})", R"({"Classes": {"Auth": {}}})",
        R"({"Allow": ["10.0.0.1/8"]})", R"({"Allow": ["10.0.0.0/33"]})", R"({"Deny": ["everybody"]})",
        R"({"Allow": ["10.0.0.0/8"], "Classes": {"Auth": {"Deny": ["x"]}}})",
        R"({"Allow": ["10.0.0.0/8"], "Deny": []})", R"({"Routes": {}})", R"({"Routes": {"/metrics": {}}})",
        R"({"Routes": {"metrics": {"Allow": ["10.0.0.0/8"]}}})",
        R"({"Routes": {"": {"Allow": ["10.0.0.0/8"]}}})",
        R"({"Routes": {"/metrics": {"Allow": ["10.0.0.1/8"]}}})"})
    EXPECT_FALSE(try_run(section)) << section;
}

TEST_F(IpAllow, every_fault_is_told_at_once) {
  const auto plugin = try_run(R"({"Allow": ["10.0.0.0/8", "10.0.0.1/8", "x"], "Deny": [],
      "Classes": {"Auth": {"Deny": ["192.0.2.1", "y"]}, "Read": {}},
      "Routes": {"metrics": {"Allow": ["z"]}, "/a": {}}})");
  EXPECT_EQ(keys_at_fault(plugin),
            (std::vector<std::string>{"Allow:1", "Allow:2", "Deny", "Classes:Auth:Deny:1", "Classes:Read",
                                      "Routes:metrics", "Routes:metrics:Allow:0", "Routes:/a"}));
  const std::string text = text_of_faults(plugin);
  EXPECT_NE(text.find(R"(Allow:1: "10.0.0.1/8" is not a network)"), std::string::npos) << text;
  EXPECT_NE(text.find("Classes:Read: names no network"), std::string::npos) << text;
}

// What the gateway keeps back because it is at fault is why no network is left.
TEST_F(IpAllow, a_section_without_networks_says_where_they_could_have_been) {
  const auto faults = faults_of(try_run("{}"));
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].key, "");
  EXPECT_EQ(faults[0].also, (std::vector<std::string>{"Allow", "Deny", "Classes", "Routes"}));
  const auto of_class = faults_of(try_run(R"({"Classes": {"Auth": {}}})"));
  ASSERT_EQ(of_class.size(), 1U);
  EXPECT_EQ(of_class[0].also, std::vector<std::string>{"Classes:Auth"});
}

}  // namespace
}  // namespace gateway::conformance
