// The document that is served, the routes that exist and the answers that come are one contract.
#include <algorithm>
#include <set>
#include <stdexcept>

#include "core/api/openapi.hpp"
#include "core/api/route_list.hpp"
#include "core/app/frontend.hpp"
#include "core/plugin/plugin_catalog.hpp"
#include "core/plugin/plugin_set.hpp"
#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {
namespace {

const rapidjson::Value& at(const rapidjson::Value& value, std::string_view name) {
  const rapidjson::Value* found = member(value, name);
  if (found == nullptr) throw std::out_of_range("the document lacks " + std::string(name));
  return *found;
}

struct Operation {
  std::string method;  // "GET"; "*" for any
  std::string path;
  std::set<std::string> statuses;

  std::string name() const { return method + " " + path; }
  // The path with something in the place of its parameter.
  std::string example() const {
    const std::size_t brace = path.find('{');
    if (brace == std::string::npos) return path;
    const char* value =
        path.find("{address}") == std::string::npos ? "00000000-0000-7000-8000-000000000000" : "192.0.2.1";
    return path.substr(0, brace) + value + path.substr(path.find('}') + 1);
  }
};

std::vector<Operation> operations_of(const rapidjson::Document& document) {
  std::vector<Operation> found;
  for (const auto& path : at(document, "paths").GetObject()) {
    const bool any = member(path.value, "x-any-method") != nullptr;
    for (const auto& method : path.value.GetObject()) {
      Operation operation{std::string(text_of(method.name)), std::string(text_of(path.name)), {}};
      if (operation.method == "x-any-method" || operation.method == "parameters") continue;
      std::transform(operation.method.begin(), operation.method.end(), operation.method.begin(),
                     [](char c) { return static_cast<char>(c - 'a' + 'A'); });
      if (any) operation.method = "*";
      for (const auto& response : at(method.value, "responses").GetObject())
        operation.statuses.emplace(text_of(response.name));
      found.push_back(std::move(operation));
    }
  }
  return found;
}

std::set<std::string> names_of(const rapidjson::Value& object) {
  std::set<std::string> names;
  for (const auto& item : object.GetObject())
    names.emplace(text_of(item.name));
  return names;
}

class ContractTest : public GatewayFixture {
 protected:
  void SetUp() override {
    auto document = parse_json(api::openapi_json());
    ASSERT_TRUE(document.ok()) << document.error().detail;
    document_ = std::move(*document);
    start();
  }

  // An object has every member that its schema requires, and none that the schema does not know.
  void expect_fits(const rapidjson::Value& object, std::string_view schema_name) {
    const auto& schema = at(at(at(document_, "components"), "schemas"), schema_name);
    const auto known = names_of(at(schema, "properties"));
    const auto present = names_of(object);
    for (const std::string& name : present)
      EXPECT_EQ(known.count(name), 1U) << name << " is not in the schema " << schema_name;
    for (const auto& name : at(schema, "required").GetArray())
      EXPECT_EQ(present.count(std::string(text_of(name))), 1U)
          << text_of(name) << " is missing, " << schema_name;
  }

  rapidjson::Document document_;
};

TEST_F(ContractTest, TheDocumentIsServedAsItStands) {
  EXPECT_EQ(get("/api/v1/openapi.json").raw.body, api::openapi_json());
}

TEST_F(ContractTest, RoutesAndDocumentAreTheSameSet) {
  const app::Settings settings = default_settings();
  const plugin::HostContext process{logger_, clock_, random_, metrics_};
  plugin::PluginCatalog catalog(settings.plugin_directory);
  plugin::PluginSet plugins(process);
  for (const app::PluginChoice& choice : settings.plugins) {
    auto library = catalog.open(choice.name, choice.kind, std::nullopt);
    ASSERT_TRUE(library.ok()) << library.error().detail;
    plugin::PluginSelection selection;
    selection.id = choice.id;
    selection.config_json = choice.config_json;
    plugins.add(std::move(*library), std::move(selection));
  }
  ASSERT_TRUE(plugins.create_all().empty());
  ASSERT_TRUE(plugins.start_all().empty());
  auth::ApiKeyVerifier verifier(clock_);
  app::Services services(plugins, settings, process, verifier);
  const app::Frontend frontend(services, plugins, settings, process);

  std::set<std::string> served;
  for (const http::Route& route : frontend.router().routes())
    served.insert((route.method ? std::string(to_string(*route.method)) : "*") + " " + route.pattern);
  std::set<std::string> documented;
  for (const Operation& operation : operations_of(document_))
    documented.insert(operation.name());
  EXPECT_EQ(served, documented);
  EXPECT_GT(served.size(), 25U);
}

// What the configuration check knows of routes before anything is started.
TEST_F(ContractTest, RoutesThatAreLookedAtAreThoseThatAreServed) {
  std::vector<http::Route> listed = api::routes_of({}, http::Lane::Fast);
  listed.push_back(api::OperationsEndpoints::metrics_route(nullptr));
  std::set<std::string> known;
  for (const http::Route& route : listed)
    known.insert((route.method ? std::string(to_string(*route.method)) : "*") + " " + route.pattern);
  std::set<std::string> documented;
  for (const Operation& operation : operations_of(document_))
    documented.insert(operation.name());
  EXPECT_EQ(known, documented);
}

TEST_F(ContractTest, EveryOperationAnswersWithAStatusThatIsDocumentedForIt) {
  const Person admin = make_admin("contract@example.com");
  for (const Operation& operation : operations_of(document_)) {
    const std::string method = operation.method == "*" ? "PROPFIND" : operation.method;
    // Anonymous, with a token, and with a body that is nothing.
    const std::vector<Answer> answers = [&] {
      std::vector<Answer> all;
      all.push_back(call(method, operation.example()));
      all.push_back(call(method, operation.example(), {}, "nonsense"));
      if (method != "GET") all.push_back(call(method, operation.example(), "{", admin.token));
      if (method != "GET" && operation.path != "/api/v1/auth/logout")
        all.push_back(call(method, operation.example(), "{}", admin.token));
      return all;
    }();
    for (const Answer& answer : answers) {
      EXPECT_EQ(operation.statuses.count(std::to_string(answer.status)), 1U)
          << operation.name() << " answered " << answer.status << ": " << answer.raw.body;
    }
  }
}

TEST_F(ContractTest, AnswersHaveTheDocumentedMembers) {
  const Person admin = make_admin("members@example.com");
  const Answer me = get("/api/v1/auth/me", admin.token);
  expect_fits(me.json, "Success");
  expect_fits(at(me.json, "data"), "User");
  const Answer page = get("/api/v1/users", admin.token);
  expect_fits(at(at(page.json, "data"), "pagination"), "Pagination");
  const Answer key = post("/api/v1/api-keys", R"({"name":"job"})", admin.token);
  expect_fits(at(key.json, "data"), "CreatedApiKey");
  expect_fits(at(at(key.json, "data"), "apiKey"), "ApiKey");
  const Answer keys = get("/api/v1/api-keys", admin.token);
  expect_fits(at(keys.json, "data"), "ApiKeyPage");
  expect_fits(at(at(keys.json, "data"), "pagination"), "ApiKeyPagination");
  const Answer attempts = get("/api/v1/users/" + admin.id + "/attempts", admin.token);
  expect_fits(at(attempts.json, "data"), "Attempts");
  expect_fits(at(at(attempts.json, "data"), "login"), "AttemptCount");
  const Answer address = get("/api/v1/attempts/addresses/2001:db8::1", admin.token);
  expect_fits(at(address.json, "data"), "AddressAttempts");
  expect_fits(at(at(address.json, "data"), "login"), "AttemptCount");
  const Answer refreshed =
      post("/api/v1/auth/refresh", R"({"refreshToken":")" + admin.refresh_token + R"("})");
  EXPECT_EQ(names_of(at(refreshed.json, "data")),
            (std::set<std::string>{"idToken", "refreshToken", "expiresIn"}));
  expect_fits(post("/api/v1/auth/signup", "{}").json, "Error");
  expect_fits(at(get("/nothing").json, "error"), "ErrorDetail");
}

}  // namespace
}  // namespace gateway::testing
