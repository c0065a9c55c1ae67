#include "tests/unit/plugins/policy_fixture.hpp"

namespace gateway::conformance {
namespace {

constexpr const char* kDocumented =
    R"({"AllowedOrigins": ["https://app.example.com", "https://admin.example.com"]})";

class Cors : public PolicyFixture {
 protected:
  Cors() : PolicyFixture(CORS_PLUGIN) {}

  static PolicyExchange from(const std::string& origin) {
    PolicyExchange exchange;
    exchange.request.headers = {{"Host", "api.example.com"}, {"Origin", origin}};
    return exchange;
  }
  static PolicyExchange preflight(const std::string& origin) {
    PolicyExchange exchange = from(origin);
    exchange.request.method = "OPTIONS";
    exchange.request.headers.emplace_back("Access-Control-Request-Method", "PUT");
    exchange.request.headers.emplace_back("Access-Control-Request-Headers", "authorization, x-secret");
    return exchange;
  }
  static PolicyExchange answered(const PluginInstance& plugin, PolicyExchange exchange, int status = 200) {
    exchange.status = status;
    EXPECT_EQ(exchange.on_response(plugin), 0);
    EXPECT_FALSE(exchange.wrote_bad_header);
    return exchange;
  }
  static std::string only(const PolicyExchange& exchange, std::string_view name) {
    const auto values = exchange.values_of(name);
    return values.size() == 1 ? values[0] : "(" + std::to_string(values.size()) + " values)";
  }
  static bool allows(const PluginInstance& plugin, const std::string& origin) {
    const PolicyExchange exchange = answered(plugin, from(origin));
    const auto values = exchange.values_of("Access-Control-Allow-Origin");
    if (values.empty()) return false;
    EXPECT_EQ(values, std::vector<std::string>{origin});
    return true;
  }
  static void expect_no_cors(const PolicyExchange& exchange) {
    for (const auto& [name, value] : exchange.reply_headers)
      EXPECT_NE(name.rfind("Access-Control-", 0), 0U) << name << ": " << value;
  }
  static std::string wildcard(const std::string& entry) {
    return R"({"AllowedOrigins": [")" + entry + "\"]}";
  }
};

TEST_F(Cors, check_33_the_documented_section_allows_exactly_its_origins) {
  const PluginInstance plugin = run(kDocumented);
  EXPECT_TRUE(allows(plugin, "https://app.example.com"));
  EXPECT_TRUE(allows(plugin, "https://admin.example.com"));
  for (const std::string& origin :
       {std::string("http://app.example.com"), std::string("https://app.example.com:8443"),
        std::string("https://app.example.com:443"), std::string("https://app.example.com/"),
        std::string("https://app.example.com."), std::string("https://APP.example.com"),
        std::string("https://xapp.example.com"), std::string("https://app.example.com.evil.com"),
        std::string("https://evil.com"), std::string("https://user@app.example.com"),
        std::string("https://app.example.com\0", 24), std::string(" https://app.example.com"),
        std::string("https://app.example.com https://evil.com"), std::string("app.example.com"),
        std::string("null"), std::string("*"), std::string(), std::string(100'000, 'a')}) {
    const PolicyExchange exchange = answered(plugin, from(origin));
    expect_no_cors(exchange);
    EXPECT_EQ(only(exchange, "Vary"), "Origin") << origin.substr(0, 50);
  }
}

TEST_F(Cors, check_33_a_wildcard_is_every_subdomain_and_nothing_else) {
  const PluginInstance plugin = run(wildcard("https://*.Example.com"));
  for (const char* origin : {"https://a.example.com", "https://a.b.example.com", "https://a-1.example.com"})
    EXPECT_TRUE(allows(plugin, origin)) << origin;
  for (const char* origin :
       {"https://example.com", "https://.example.com", "https://..example.com", "https://a..example.com",
        "https://evilexample.com", "https://a.example.com.evil.com", "https://a.example.com:8443",
        "http://a.example.com", "https://evil.com/.example.com", "https://evil.com?.example.com",
        "https://evil.com#.example.com", "https://evil.com:1.example.com", "https://x@a.example.com",
        "https://evil.com\\.example.com", "https://a.example.com.", "https://A.example.com",
        "https://*.example.com", "https://\xc3\xa4.example.com", "https://a.example.org"})
    EXPECT_FALSE(allows(plugin, origin)) << origin;
  const PluginInstance with_port = run(wildcard("https://*.example.com:8443"));
  EXPECT_TRUE(allows(with_port, "https://a.example.com:8443"));
  for (const char* origin :
       {"https://a.example.com", "https://a.example.com:18443", "https://a.example.com:84430"})
    EXPECT_FALSE(allows(with_port, origin)) << origin;
}

TEST_F(Cors, entries_are_taken_as_a_browser_writes_them) {
  const PluginInstance plugin = run(
      R"({"AllowedOrigins": ["HTTPS://App.Example.COM:443", "http://localhost:3000", "http://[::1]:3000",
                             "http://plain.example.com:80", "capacitor://localhost"]})");
  for (const char* origin : {"https://app.example.com", "http://localhost:3000", "http://[::1]:3000",
                             "http://plain.example.com", "capacitor://localhost"})
    EXPECT_TRUE(allows(plugin, origin)) << origin;
  EXPECT_FALSE(allows(plugin, "http://localhost"));
}

TEST_F(Cors, check_33_entries_that_are_no_origin_are_refused_at_start_by_name) {
  for (const char* entry : {"https://app.example.com/",
                            "https://app.example.com/path",
                            "https://app.example.com?x",
                            "https://user@app.example.com",
                            "https://app.*.com",
                            "https://a*.example.com",
                            "https://*example.com",
                            "https://*",
                            "https://*.",
                            "https://*.com",
                            "https://*.*.com",
                            "https://*.10.0.0.1",
                            "https://**.example.com",
                            "https://*.example.com.",
                            "app.example.com",
                            "//app.example.com",
                            "https://",
                            "https://:443",
                            "https://app.example.com:",
                            "https://app.example.com:0",
                            "https://app.example.com:65536",
                            "https://app.example.com:0443",
                            "https://app.example.com:x",
                            "https://app..example.com",
                            "https://[::1",
                            "null",
                            "",
                            "*.example.com",
                            "https://m\xc3\xbcller.example",
                            "https://a b",
                            "file://x",
                            "1https://a.b",
                            "https://*.example.com/"}) {
    const auto plugin =
        try_run(std::string(R"({"AllowedOrigins": ["https://ok.example.com", ")") + entry + "\"]}");
    ASSERT_FALSE(plugin) << entry;
    EXPECT_EQ(keys_at_fault(plugin), std::vector<std::string>{"AllowedOrigins:1"});
    const std::string text = text_of_faults(plugin);
    // What stands in front of an '@' may be a password.
    const bool is_quoted = text.find('"' + std::string(entry) + '"') != std::string::npos;
    EXPECT_EQ(is_quoted, std::string_view(entry).find('@') == std::string_view::npos) << text;
  }
}

TEST_F(Cors, check_33_a_star_never_goes_with_credentials) {
  const auto refused = try_run(R"({"AllowedOrigins": ["*"], "AllowCredentials": true})");
  EXPECT_EQ(keys_at_fault(refused), std::vector<std::string>{"AllowedOrigins"});
  EXPECT_EQ(faults_of(refused).at(0).also, std::vector<std::string>{"AllowCredentials"});
  const PluginInstance plugin = run(R"({"AllowedOrigins": ["*"]})");
  const PolicyExchange exchange = answered(plugin, from("https://anybody.example"));
  EXPECT_EQ(only(exchange, "Access-Control-Allow-Origin"), "*");
  EXPECT_TRUE(exchange.values_of("Access-Control-Allow-Credentials").empty());
  EXPECT_EQ(only(exchange, "Vary"), "Origin");
  expect_no_cors(answered(plugin, from("null")));
}

TEST_F(Cors, check_33_every_response_varies_by_origin) {
  const PluginInstance plugin = run(kDocumented);
  for (const int status : {200, 204, 401, 404, 429, 500, 503}) {
    PolicyExchange without;
    without.reply_headers = {{"Vary", "Accept-Encoding"}};
    EXPECT_EQ(answered(plugin, without, status).values_of("Vary"),
              (std::vector<std::string>{"Accept-Encoding", "Origin"}));
    expect_no_cors(answered(plugin, without, status));
    const PolicyExchange with = answered(plugin, from("https://app.example.com"), status);
    EXPECT_EQ(only(with, "Vary"), "Origin");
    EXPECT_EQ(only(with, "Access-Control-Allow-Origin"), "https://app.example.com")
        << "errors are readable too";
    EXPECT_EQ(only(with, "Access-Control-Expose-Headers"),
              "X-Request-Id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
              "RateLimit-Policy, RateLimit");
    EXPECT_TRUE(with.values_of("Access-Control-Allow-Credentials").empty());
    EXPECT_TRUE(with.values_of("Access-Control-Allow-Methods").empty());
  }
}

TEST_F(Cors, check_33_a_preflight_is_answered_whatever_the_path) {
  const PluginInstance plugin = run(kDocumented);
  for (const RouteClass route_class :
       {RouteClass::Health, RouteClass::Auth, RouteClass::Write, RouteClass::Unknown, RouteClass::Public}) {
    PolicyExchange exchange = preflight("https://app.example.com");
    exchange.request.route_class = route_class;
    exchange.request.route.clear();
    EXPECT_EQ(exchange.on_request(plugin), 1);
    EXPECT_EQ(exchange.finished_status, 204);
    exchange = answered(plugin, std::move(exchange), 204);
    EXPECT_EQ(only(exchange, "Access-Control-Allow-Origin"), "https://app.example.com");
    EXPECT_EQ(only(exchange, "Access-Control-Allow-Methods"), "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    EXPECT_EQ(only(exchange, "Access-Control-Allow-Headers"), "Authorization, Content-Type, X-Request-Id");
    EXPECT_EQ(only(exchange, "Access-Control-Max-Age"), "600");
    EXPECT_EQ(only(exchange, "Vary"),
              "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
  }
}

// It is a proxy that asks there, about somebody else's preflight, and 204 would let that in.
TEST_F(Cors, check_31_forward_auth_is_not_answered) {
  const PluginInstance plugin = run(kDocumented);
  for (PolicyExchange exchange : {preflight("https://app.example.com"), preflight("https://evil.com")}) {
    exchange.request.route_class = RouteClass::Verify;
    EXPECT_EQ(exchange.on_request(plugin), 0);
    exchange = answered(plugin, std::move(exchange), 401);
    EXPECT_TRUE(exchange.values_of("Access-Control-Allow-Methods").empty());
    EXPECT_EQ(only(exchange, "Vary"), "Origin");
  }
}

TEST_F(Cors, check_33_a_refused_preflight_has_no_cors_headers) {
  const PluginInstance plugin = run(kDocumented);
  PolicyExchange several = preflight("https://app.example.com");
  several.request.headers.emplace_back("Origin", "https://evil.com");
  for (PolicyExchange exchange : {preflight("https://evil.com"), preflight("null"), several}) {
    EXPECT_EQ(exchange.on_request(plugin), 1);
    EXPECT_EQ(exchange.finished_status, 204);
    exchange = answered(plugin, std::move(exchange), 204);
    expect_no_cors(exchange);
    EXPECT_EQ(only(exchange, "Vary"),
              "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
  }
}

TEST_F(Cors, what_is_no_preflight_goes_on) {
  const PluginInstance plugin = run(kDocumented);
  PolicyExchange options = from("https://app.example.com");
  options.request.method = "OPTIONS";
  EXPECT_EQ(options.on_request(plugin), 0);
  PolicyExchange without_origin = preflight("x");
  without_origin.request.headers.erase(without_origin.request.headers.begin() + 1);
  EXPECT_EQ(without_origin.on_request(plugin), 0);
  PolicyExchange get = preflight("https://evil.com");
  get.request.method = "GET";
  EXPECT_EQ(get.on_request(plugin), 0)
      << "a request of an unlisted origin is served; its page cannot read it";
}

TEST_F(Cors, the_lists_are_configured) {
  const PluginInstance plugin = run(
      R"({"AllowedOrigins": ["https://app.example.com"], "AllowedMethods": ["GET"], "AllowedHeaders": ["X-A", "X-B"],
          "ExposedHeaders": [], "AllowCredentials": true, "MaxAgeSeconds": 0})");
  const PolicyExchange asked = answered(plugin, preflight("https://app.example.com"), 204);
  EXPECT_EQ(only(asked, "Access-Control-Allow-Methods"), "GET");
  EXPECT_EQ(only(asked, "Access-Control-Allow-Headers"), "X-A, X-B");
  EXPECT_EQ(only(asked, "Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(only(asked, "Access-Control-Max-Age"), "0");
  const PolicyExchange read = answered(plugin, from("https://app.example.com"));
  EXPECT_TRUE(read.values_of("Access-Control-Expose-Headers").empty());
  EXPECT_EQ(only(read, "Access-Control-Allow-Credentials"), "true");
  expect_no_cors(answered(plugin, from("https://evil.com")));
}

TEST_F(Cors, lists_of_what_is_no_name_are_refused_at_start) {
  for (const char* key : {"AllowedMethods", "AllowedHeaders", "ExposedHeaders"}) {
    for (const char* value : {"*", "", "A B", "A\\r\\nSet-Cookie: x", "A,B", "A:"}) {
      const auto plugin = try_run(std::string("{\"") + key + R"(": [")" + value + "\"]}");
      ASSERT_FALSE(plugin) << key << " " << value;
      EXPECT_EQ(keys_at_fault(plugin), std::vector<std::string>{std::string(key) + ":0"});
    }
  }
  EXPECT_FALSE(try_run(R"({"AllowedMethods": ["TRACE"]})"));
  EXPECT_FALSE(try_run(R"({"AllowedMethods": ["put"]})")) << "no browser would find PUT in it";
}

TEST_F(Cors, without_a_list_no_origin_is_allowed) {
  const PluginInstance plugin = run("{}");
  for (const char* origin : {"https://app.example.com", "http://localhost", "null", ""})
    expect_no_cors(answered(plugin, from(origin)));
}

TEST_F(Cors, every_fault_is_told_at_once) {
  const auto plugin = try_run(R"({"AllowedOrigins": ["*", "null", "https://ok.example", "x"],
      "AllowedMethods": ["GET", "TRACE", "A B"], "AllowedHeaders": ["*"], "ExposedHeaders": ["X-Ok", ""],
      "AllowCredentials": true})");
  EXPECT_EQ(keys_at_fault(plugin),
            (std::vector<std::string>{"AllowedMethods:1", "AllowedMethods:2", "AllowedHeaders:0",
                                      "ExposedHeaders:1", "AllowedOrigins:1", "AllowedOrigins:3",
                                      "AllowedOrigins"}));
}

}  // namespace
}  // namespace gateway::conformance
