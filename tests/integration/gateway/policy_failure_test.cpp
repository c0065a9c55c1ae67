// Check 36: a policy that fails lets nothing through a whole gateway, wherever it stands in the order,
// whatever the route and however it fails.
#include <array>
#include <filesystem>

#include "tests/integration/gateway/gateway_fixture.hpp"
#include "tests/integration/gateway/plugin_folder.hpp"

namespace gateway::testing {
namespace {

class PolicyFailureTest : public GatewayFixture {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "gateway-moody-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    for (const auto& entry : std::filesystem::directory_iterator(kPluginFolder)) {
      if (entry.path().extension() == ".so") std::filesystem::copy(entry.path(), folder_);
    }
    std::filesystem::copy(std::filesystem::path(kTestPluginFolder) / "moody.so", folder_);
  }
  void TearDown() override {
    stop();
    std::filesystem::remove_all(folder_);
  }

  static constexpr std::size_t kPolicies =
      4;  // in the documented order; the moody one before, between or behind
  void start_with_moody_at(std::size_t position) {
    app::Settings settings = default_settings();
    settings.plugin_directory = folder_;
    settings.plugins.resize(2);  // storage and provider
    std::vector<app::PluginChoice> policies{
        {PluginKind::Policy, "allowed-hosts", "allowed-hosts", std::nullopt, R"({"Value":"localhost"})"},
        {PluginKind::Policy, "cors", "cors", std::nullopt,
         R"({"AllowedOrigins":["https://app.example.com"]})"},
        {PluginKind::Policy, "rate-limit", "rate-limit", std::nullopt, R"({"AuthEndpoints":1000})"},
        {PluginKind::Policy, "security-headers", "security-headers", std::nullopt, "{}"}};
    ASSERT_EQ(policies.size(), kPolicies);
    policies.insert(policies.begin() + static_cast<std::ptrdiff_t>(position),
                    {PluginKind::Policy, "moody", "moody", std::nullopt, "{}"});
    settings.plugins.insert(settings.plugins.end(), policies.begin(), policies.end());
    start(std::move(settings));
  }
  static std::string failing(std::string_view wish) {
    return "Origin: https://app.example.com\r\nX-Fail: " + std::string(wish) + "\r\n";
  }
  double failures() {
    const std::string text = metrics_.expose();
    const std::string name = R"(gateway_plugin_failures_total{kind="internal",plugin="moody"} )";
    const std::size_t at = text.find(name);
    return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size()));
  }
  // Nothing was let through, and whoever asked may read that.
  static void expect_closed(const Answer& answer, const std::string& what) {
    EXPECT_EQ(answer.status, 503) << what << ": " << answer.raw.body;
    EXPECT_EQ(answer.raw.header("Retry-After"), "1") << what;
    EXPECT_EQ(answer.raw.header("X-Auth-User-Id"), "") << what;
    EXPECT_EQ(answer.raw.header("X-Seen-By"), "moody") << what;
    EXPECT_EQ(answer.raw.header("X-Content-Type-Options"), "nosniff") << what;
    EXPECT_EQ(answer.raw.header("Access-Control-Allow-Origin"), "https://app.example.com") << what;
    EXPECT_EQ(answer.raw.body.find("thrown"), std::string::npos) << what;
  }

  static constexpr std::array<std::string_view, 3> kWays{"throws", "undecided", "silent"};
  std::filesystem::path folder_;
};

// Where the failing policy stands among the others.
class PolicyFailureAt : public PolicyFailureTest, public ::testing::WithParamInterface<std::size_t> {};

TEST_P(PolicyFailureAt, check_36_BeforeAnythingIsKnownNoRouteIsServed) {
  const std::size_t position = GetParam();
  start_with_moody_at(position);
  const Person person = sign_up("person" + std::to_string(position) + "@example.com");
  ASSERT_EQ(get("/api/v1/auth/verify", person.token).status, 200) << "its token is known from here on";
  const std::string own = "/api/v1/users/" + person.id;
  const double before = failures();
  int asked = 0;
  for (const std::string_view way : kWays) {
    const std::string wish = failing("request " + std::string(way));
    const std::vector<std::array<std::string, 3>> requests{
        {"GET", "/api/v1/auth/verify", ""},
        {"GET", "/api/v1/health", ""},
        {"GET", "/.well-known/jwks.json", ""},
        {"GET", "/api/v1/auth/me", ""},
        {"GET", "/nowhere", ""},
        {"PUT", own, R"({"fullName":"Mallory"})"},
        {"POST", "/api/v1/auth/signup",
         R"({"email":"new@example.com","password":"Str0ng#Enough","userType":0})"}};
    for (const auto& [method, path, body] : requests) {
      const std::string what =
          method + " " + path + " " + std::string(way) + " at " + std::to_string(position);
      const Answer answer = call(method, path, body, person.token, wish);
      expect_closed(answer, what);
      EXPECT_EQ(answer.raw.body.empty(), path == "/api/v1/auth/verify") << what << ": " << answer.raw.body;
      ++asked;
    }
  }
  EXPECT_EQ(failures() - before, asked);
  EXPECT_EQ(get(own, person.token).at("data.fullName"), "A Person") << "nothing was done";
  EXPECT_EQ(post("/api/v1/auth/login", R"({"email":"new@example.com","password":"Str0ng#Enough"})").status,
            401)
      << "nobody was made";
}

INSTANTIATE_TEST_SUITE_P(Order, PolicyFailureAt,
                         ::testing::Values(std::size_t{0}, std::size_t{2}, std::size_t{4}));

TEST_F(PolicyFailureTest, check_36_BehindTheTokenNothingIsServedEither) {
  start_with_moody_at(1);
  const Person person = sign_up("person@example.com");
  ASSERT_EQ(get("/api/v1/auth/verify", person.token).status, 200);
  for (const std::string_view way : kWays) {
    const std::string wish = failing("authenticated " + std::string(way));
    for (const char* path : {"/api/v1/auth/verify", "/api/v1/auth/me"})
      expect_closed(call("GET", path, {}, person.token, wish), std::string(way) + " " + path);
    expect_closed(call("PUT", "/api/v1/users/" + person.id, R"({"fullName":"Mallory"})", person.token, wish),
                  std::string(way));
    EXPECT_EQ(call("GET", "/api/v1/health", {}, {}, wish).status, 200) << "nobody was asked about";
  }
  EXPECT_EQ(get("/api/v1/auth/me", person.token).at("data.fullName"), "A Person");
}

TEST_F(PolicyFailureTest, check_36_OnTheWayOutAnAnswerStaysWhatItWas) {
  start_with_moody_at(kPolicies);
  const Person person = sign_up("person@example.com");
  for (const std::string_view way : kWays) {
    const std::string wish = failing("response " + std::string(way));
    EXPECT_EQ(call("GET", "/api/v1/auth/verify", {}, person.token, wish).status, 200) << way;
    const Answer refused = call("GET", "/api/v1/auth/verify", {}, "rubbish", wish);
    EXPECT_EQ(refused.status, 401) << way << ": a refusal is none the less one";
    EXPECT_EQ(refused.raw.header("X-Content-Type-Options"), "nosniff") << "the others add to it as ever";
    EXPECT_EQ(refused.raw.header("Access-Control-Allow-Origin"), "https://app.example.com");
  }
  EXPECT_GT(failures(), 0);
}

}  // namespace
}  // namespace gateway::testing
