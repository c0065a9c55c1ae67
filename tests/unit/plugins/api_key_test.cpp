#include <optional>

#include <gateway/api_keys.hpp>

#include "tests/unit/plugins/policy_fixture.hpp"
#include "tests/unit/plugins/told_faults.hpp"

namespace gateway::conformance {
namespace {

// A host that knows one key.
struct KnownKeys {
  static constexpr std::string_view kGood = "igk_0123456789abcdef_good";
  std::optional<Error> error;
  int asked = 0;
  std::int64_t max_age_ms = -1;
  std::vector<std::string> scopes{"orders:read"};

  Result<AuthenticateApiKey::Reply> authenticate(const AuthenticateApiKey& request, const CallContext&) {
    ++asked;
    max_age_ms = request.max_age_ms;
    if (error) return *error;
    if (request.key.reveal() != kGood) return {ApiKeyRefused{}};
    return {ApiKeyAccepted{"0123456789abcdef", scopes}};
  }
};

class ApiKeyPolicy : public testing::Test {
 protected:
  ApiKeyPolicy() : library_(open()) {}

  PluginInstance run(std::string_view config) {
    auto plugin = PluginInstance::run(library_, host_, config);
    if (!plugin) throw std::runtime_error(plugin.error().detail);
    return std::move(*plugin);
  }
  Result<PluginInstance> try_create(std::string_view config) {
    return PluginInstance::create(library_, host_, config);
  }
  bool refuses(std::string_view config) { return !try_create(config); }

  static PolicyExchange asking(RouteClass route_class, HeaderList headers, std::string route = "/somewhere") {
    PolicyExchange exchange;
    exchange.request.route_class = route_class;
    exchange.request.route = std::move(route);
    exchange.request.headers = std::move(headers);
    return exchange;
  }
  static int status_of(PolicyExchange exchange, const PluginInstance& plugin) {
    return exchange.on_request(plugin) == 0 ? 200 : exchange.rejection.value().status;
  }
  static HeaderList good() { return {{"x-api-key", std::string(KnownKeys::kGood)}}; }

  KnownKeys keys_;
  TestHost host_{[this](const gateway_call& call, gateway_sink* reply) {
    return Dispatch(call, reply).to(keys_, &KnownKeys::authenticate).finish();
  }};

 private:
  static PluginLibrary open() {
    auto library = PluginLibrary::open(API_KEY_PLUGIN);
    if (!library) throw std::runtime_error(library.error().detail);
    return *library;
  }
  PluginLibrary library_;
};

constexpr std::string_view kVerify = R"({"Require": [{"Class": "Verify", "Scopes": ["orders:read"]}]})";

TEST_F(ApiKeyPolicy, a_good_key_is_let_through_and_told_upstream) {
  const PluginInstance plugin = run(kVerify);
  PolicyExchange exchange = asking(RouteClass::Verify, good());
  EXPECT_EQ(exchange.on_request(plugin), 0);
  EXPECT_EQ(exchange.values_of("X-Auth-Api-Key"), std::vector<std::string>{"0123456789abcdef"});
  EXPECT_EQ(keys_.max_age_ms, 30'000);
  EXPECT_NE(host_.logged().find("key 0123456789abcdef was used, request conformance"), std::string::npos);
  EXPECT_EQ(host_.logged().find(KnownKeys::kGood), std::string::npos) << "the key itself is never logged";
}

TEST_F(ApiKeyPolicy, what_is_no_single_key_is_refused_without_asking) {
  const PluginInstance plugin = run(kVerify);
  const std::string key(KnownKeys::kGood);
  for (const HeaderList& headers :
       {HeaderList{}, HeaderList{{"X-API-Key", std::string(257, 'k')}},
        HeaderList{{"X-API-Key", key}, {"x-api-key", key}}, HeaderList{{"Authorization", "ApiKey " + key}}}) {
    PolicyExchange exchange = asking(RouteClass::Verify, headers);
    EXPECT_EQ(exchange.on_request(plugin), 1);
    EXPECT_EQ(exchange.rejection.value().status, 401);
    EXPECT_EQ(exchange.rejection->code, "UNAUTHORIZED_ACCESS");
    EXPECT_EQ(exchange.values_of("WWW-Authenticate"),
              std::vector<std::string>{R"(ApiKey header="X-API-Key")"});
    EXPECT_TRUE(exchange.values_of("X-Auth-Api-Key").empty());
  }
  EXPECT_EQ(keys_.asked, 0);
  EXPECT_EQ(status_of(asking(RouteClass::Verify, {{"X-API-Key", key + "x"}}), plugin), 401);
  EXPECT_EQ(keys_.asked, 1);
  EXPECT_EQ(host_.counted("api_key_refused"), 5);
}

TEST_F(ApiKeyPolicy, a_key_without_the_scope_is_forbidden) {
  const PluginInstance plugin =
      run(R"({"Require": [{"Class": "Verify", "Scopes": ["orders:read", "orders:write"]}]})");
  PolicyExchange exchange = asking(RouteClass::Verify, good());
  EXPECT_EQ(exchange.on_request(plugin), 1);
  EXPECT_EQ(exchange.rejection.value().status, 403);
  EXPECT_EQ(exchange.rejection->code, "INSUFFICIENT_PERMISSIONS");
  EXPECT_EQ(exchange.values_of("WWW-Authenticate"),
            std::vector<std::string>{R"(ApiKey header="X-API-Key", error="insufficient_scope")"});
  EXPECT_TRUE(exchange.values_of("X-Auth-Api-Key").empty());
  keys_.scopes = {"orders:write", "x", "orders:read"};
  EXPECT_EQ(status_of(asking(RouteClass::Verify, good()), plugin), 200);
}

TEST_F(ApiKeyPolicy, what_cannot_be_decided_is_not_let_through) {
  const PluginInstance plugin = run(kVerify);
  for (const ErrorKind kind : {ErrorKind::Unavailable, ErrorKind::DeadlineExceeded, ErrorKind::Overloaded,
                               ErrorKind::Unsupported, ErrorKind::Internal, ErrorKind::Invalid}) {
    keys_.error = Error{kind, "away", 1500};
    PolicyExchange exchange = asking(RouteClass::Verify, good());
    EXPECT_EQ(exchange.on_request(plugin), 1);
    EXPECT_EQ(exchange.rejection.value().status, 503);
    EXPECT_GE(exchange.rejection->retry_after_s, 1);
    EXPECT_TRUE(exchange.values_of("X-Auth-Api-Key").empty());
  }
}

TEST_F(ApiKeyPolicy, only_what_is_named_needs_a_key_and_every_entry_that_fits_counts) {
  const PluginInstance plugin = run(R"({"CacheSeconds": 0, "Require": [
      {"Class": "Read"},
      {"Class": "Read", "Routes": ["/api/v1/users", "/api/v1/users/{id}"], "Scopes": ["users:read"]},
      {"Class": "Write", "Routes": ["/api/v1/users/{id}"]}]})");
  EXPECT_EQ(status_of(asking(RouteClass::Auth, {}), plugin), 200);
  EXPECT_EQ(status_of(asking(RouteClass::Read, {}), plugin), 401);
  EXPECT_EQ(status_of(asking(RouteClass::Read, good()), plugin), 200);
  EXPECT_EQ(keys_.max_age_ms, 0);
  PolicyExchange read = asking(RouteClass::Read, good());
  EXPECT_EQ(read.on_request(plugin), 0);
  EXPECT_TRUE(read.reply_headers.empty()) << "only a proxy is told whose key it is";
  EXPECT_EQ(status_of(asking(RouteClass::Read, good(), "/api/v1/users"), plugin), 403);
  EXPECT_EQ(status_of(asking(RouteClass::Write, {}), plugin), 200);
  EXPECT_EQ(status_of(asking(RouteClass::Write, {}, "/api/v1/users/{id}"), plugin), 401);
  const auto may_block = [&](RouteClass route_class) {
    return plugin.policy()->may_block(plugin.abi_instance(), static_cast<std::int32_t>(route_class)) != 0;
  };
  EXPECT_TRUE(may_block(RouteClass::Read));
  EXPECT_TRUE(may_block(RouteClass::Write));
  EXPECT_FALSE(may_block(RouteClass::Verify)) << "what needs no key stays on the I/O thread";
}

TEST_F(ApiKeyPolicy, the_header_may_have_another_name) {
  const PluginInstance plugin = run(R"({"Header": "X-Machine", "Require": [{"Class": "Auth"}]})");
  EXPECT_EQ(status_of(asking(RouteClass::Auth, good()), plugin), 401);
  EXPECT_EQ(status_of(asking(RouteClass::Auth, {{"x-machine", std::string(KnownKeys::kGood)}}), plugin), 200);
}

TEST_F(ApiKeyPolicy, what_says_nothing_or_cannot_be_meant_stops_the_start) {
  for (const char* section :
       {"{}", R"({"Require": []})", R"({"Require": [{}]})", R"({"Require": [{"Class": "Reed"}]})",
        R"({"Require": [{"Class": "Read", "Routes": []}]})",
        R"({"Require": [{"Class": "Read", "Scopes": []}]})",
        R"({"Require": [{"Class": "Read", "Routes": ["users"]}]})",
        R"({"Require": [{"Class": "Read", "Scopes": [""]}]})",
        R"({"Header": "authorization", "Require": [{"Class": "Read"}]})",
        R"({"Header": "X-Auth-Api-Key", "Require": [{"Class": "Read"}]})",
        R"({"Header": "x-request-id", "Require": [{"Class": "Read"}]})",
        R"({"Header": "X-Forwarded-For", "Require": [{"Class": "Read"}]})",
        R"({"Header": "Content-Length", "Require": [{"Class": "Read"}]})",
        R"({"Header": "X Key", "Require": [{"Class": "Read"}]})"})
    EXPECT_TRUE(refuses(section)) << section;
}

TEST_F(ApiKeyPolicy, a_scope_that_no_key_can_have_is_refused_and_all_of_them_are_named) {
  const auto faults = [&](const std::string& require) {
    const auto plugin = try_create(R"({"Require": [)" + require + "]}");
    return text_of_faults(plugin);
  };
  EXPECT_EQ(faults(R"({"Class": "Read", "Scopes": ["orders:read", "https://x/y", "!#[]~"]})"), "");
  for (const char* scope : {"orders read", "\\t", "a\\\"b", "a\\\\b", "caf\xc3\xa9", "\\u007f"}) {
    const std::string text = faults(R"({"Class": "Read", "Scopes": ["x", ")" + std::string(scope) + R"("]})");
    EXPECT_EQ(text.rfind("Require:0:Scopes:1: no key can have it", 0), 0U) << scope << text;
  }
  EXPECT_NE(faults(R"({"Class": "Read", "Scopes": [")" + std::string(101, 's') + R"("]})"), "");
  const std::string all = faults(R"({"Class": "Auth"}, {"Class": "Read", "Scopes": ["a b"]},
                {"Class": "Write", "Routes": ["users"], "Scopes": ["ok", "c d"]})");
  for (const char* place : {"Require:1:Scopes:0: ", "Require:2:Routes:0: ", "Require:2:Scopes:1: "})
    EXPECT_NE(all.find(place), std::string::npos) << place << all;
  std::string many = "\"s0\"";
  for (int i = 1; i < 33; ++i)
    many += ", \"s" + std::to_string(i) + "\"";
  EXPECT_NE(faults(R"({"Class": "Read", "Scopes": [)" + many + "]}").find("more than 32"), std::string::npos);
}

TEST_F(ApiKeyPolicy, every_fault_is_told_at_once) {
  EXPECT_EQ(keys_at_fault(try_create(R"({"Header": "X Key"})")),
            (std::vector<std::string>{"Require", "Header"}));
  const auto plugin = try_create(R"({"Header": "Cookie", "Require": [
      {"Class": "Reed", "Routes": ["users"]}, {"Class": "Read", "Routes": [], "Scopes": ["ok", "a b"]}]})");
  EXPECT_EQ(keys_at_fault(plugin),
            (std::vector<std::string>{"Require:0:Class", "Require:0:Routes:0", "Require:1:Routes",
                                      "Require:1:Scopes:1", "Header"}));
}

}  // namespace
}  // namespace gateway::conformance
