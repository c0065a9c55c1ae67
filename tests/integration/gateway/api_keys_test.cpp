// Keys of machine callers: the administrators' endpoints, and the policy api-key in front of a whole gateway.
#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include "tests/integration/gateway/gateway_fixture.hpp"
#include "tests/integration/gateway/storage_choice.hpp"

namespace gateway::testing {
namespace {

struct NewKey {
  std::string id;
  std::string key;
};

class ApiKeysTest : public GatewayFixture {
 protected:
  static app::Settings with_policy(const char* section) {
    app::Settings settings = default_settings();
    settings.plugins.insert(settings.plugins.end() - 1,
                            {PluginKind::Policy, "api-key", "api-key", std::nullopt, section});
    return settings;
  }
  static app::Settings verifying(int cache_s = 300) {
    static std::string section;
    section = R"({"CacheSeconds":)" + std::to_string(cache_s) +
              R"(,"Require":[{"Class":"Verify","Scopes":["orders:read"]}]})";
    return with_policy(section.c_str());
  }
  NewKey new_key(const Person& admin, const std::string& rest = R"(,"scopes":["orders:read"])") {
    const Answer answer = post("/api/v1/api-keys", R"({"name":"Nightly job")" + rest + "}", admin.token);
    EXPECT_EQ(answer.status, 200) << answer.raw.body;
    return {answer.at("data.apiKey.id"), answer.at("data.key")};
  }
  Answer verify(const std::string& token, const std::string& key) {
    return call("GET", "/api/v1/auth/verify", {}, token, "X-API-Key: " + key + "\r\n");
  }
  Answer revoke(const Person& admin, const std::string& id) {
    return call("DELETE", "/api/v1/api-keys/" + id, {}, admin.token);
  }
  std::vector<std::string> audited(const std::string& action) {
    const auto page = services().store.list_audit({std::nullopt, std::nullopt, 100}, call_context());
    std::vector<std::string> details;
    for (const store::AuditEvent& event : page->events) {
      if (event.action == action) details.push_back(*event.actor_id + " " + event.detail.text);
    }
    return details;
  }
  static bool soon(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
  }
};

TEST_F(ApiKeysTest, AKeyIsShownOnceAndListedWithoutItself) {
  start();
  const Person admin = make_admin("admin@example.com");
  const Answer created =
      post("/api/v1/api-keys",
           R"({"name":"Nightly job","scopes":["orders:read","orders:write"],"expiresIn":3600})", admin.token);
  ASSERT_EQ(created.status, 200) << created.raw.body;
  EXPECT_EQ(created.raw.header("Cache-Control"), "no-store");
  const std::string key = created.at("data.key");
  const std::string id = created.at("data.apiKey.id");
  EXPECT_EQ(key.substr(0, 21), "igk_" + id + "_");
  EXPECT_EQ(created.at("data.apiKey.scopes"), R"(["orders:read","orders:write"])");
  EXPECT_EQ(created.at("data.apiKey.createdBy"), admin.id);
  EXPECT_FALSE(created.at("data.apiKey.expiresAt").empty());
  EXPECT_TRUE(created.at("data.apiKey.revokedAt").empty());

  const Answer list = get("/api/v1/api-keys", admin.token);
  ASSERT_EQ(list.status, 200);
  EXPECT_EQ(list.json["data"]["items"].Size(), 1U);
  EXPECT_EQ(list.raw.body.find(key.substr(21)), std::string::npos);
  EXPECT_EQ(revoke(admin, id).status, 200);
  EXPECT_EQ(revoke(admin, id).status, 200) << "what is revoked is revoked";
  EXPECT_EQ(revoke(admin, "0123456789abcdef").status, 404);
  EXPECT_EQ(revoke(admin, "nonsense").status, 404);
  EXPECT_FALSE(
      std::string(get("/api/v1/api-keys", admin.token).json["data"]["items"][0]["revokedAt"].GetString())
          .empty());

  const std::string detail = admin.id + R"( {"apiKey":")" + id + R"("})";
  EXPECT_EQ(audited("api_key.created"), std::vector<std::string>{detail});
  EXPECT_EQ(audited("api_key.revoked").size(), 2U);
  const auto stored = services().store.find_api_key({id}, call_context());
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(encode(*stored).find(key.substr(21)), std::string::npos) << "storage has a digest only";
  EXPECT_EQ(logger_.text().find(key.substr(21)), std::string::npos);
}

TEST_F(ApiKeysTest, check_28_OnlyAdministratorsHaveToDoWithKeys) {
  start();
  const Person person = sign_up("person@example.com");
  const Person admin = make_admin("admin@example.com");
  const NewKey key = new_key(admin);
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"POST", "/api/v1/api-keys"},
                                                        {"GET", "/api/v1/api-keys"},
                                                        {"DELETE", "/api/v1/api-keys/" + key.id}}) {
    const std::string body = method == "POST" ? R"({"name":"mine"})" : "";
    EXPECT_EQ(call(method, path, body).status, 401) << method;
    EXPECT_EQ(call(method, path, body, person.token).status, 403) << method;
  }
  EXPECT_EQ(get("/api/v1/api-keys", admin.token).json["data"]["items"].Size(), 1U);
}

TEST_F(ApiKeysTest, WhatCannotBeMeantIsRefused) {
  start();
  const Person admin = make_admin("admin@example.com");
  const auto status = [&](const std::string& body) {
    return post("/api/v1/api-keys", body, admin.token).status;
  };
  EXPECT_EQ(status("{}"), 422);
  EXPECT_EQ(status(R"({"name":""})"), 422);
  EXPECT_EQ(status(R"({"name":")" + std::string(201, 'n') + R"("})"), 422);
  EXPECT_EQ(status(R"({"name":"a\nb"})"), 422);
  EXPECT_EQ(status(R"({"name":"n","scopes":["a","a"]})"), 422);
  EXPECT_EQ(status(R"({"name":"n","scopes":["a b"]})"), 422);
  EXPECT_EQ(status(R"({"name":"n","scopes":[""]})"), 422);
  EXPECT_EQ(status(R"({"name":"n","expiresIn":59})"), 422);
  EXPECT_EQ(status(R"({"name":"n","expiresIn":9223372036854775807})"), 422);
  EXPECT_EQ(status(R"({"name":"n","expiresIn":-9223372036854775808})"), 422);
  EXPECT_EQ(status(R"({"name":"n","scopes":"a"})"), 400);
  EXPECT_EQ(status(R"({"name":"n","scopes":[1]})"), 400);
  EXPECT_EQ(status(R"({"name":"n","expiresIn":"90d"})"), 400);
  EXPECT_EQ(status(R"({"name":"n","expiresAt":"2030-01-01T00:00:00Z"})"), 400);
  for (const char* query : {"limit=0", "limit=101", "limit=x", "after=x"})
    EXPECT_EQ(get(std::string("/api/v1/api-keys?") + query, admin.token).status, 422) << query;
  EXPECT_EQ(get("/api/v1/api-keys", admin.token).json["data"]["items"].Size(), 0U);
}

TEST_F(ApiKeysTest, TheListIsWalkedByItsCursor) {
  start();
  const Person admin = make_admin("admin@example.com");
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i)
    made.push_back(new_key(admin).id);
  std::vector<std::string> walked;
  std::string query = "limit=2";
  for (int pages = 0; pages < 5 && !query.empty(); ++pages) {
    const Answer page = get("/api/v1/api-keys?" + query, admin.token);
    ASSERT_EQ(page.status, 200) << page.raw.body;
    for (const auto& item : page.json["data"]["items"].GetArray())
      walked.emplace_back(item["id"].GetString());
    const std::string next = page.at("data.pagination.nextCursor");
    EXPECT_EQ(page.at("data.pagination.hasNext"), next.empty() ? "false" : "true");
    query = next.empty() ? "" : "limit=2&after=" + next;
  }
  std::sort(made.begin(), made.end());
  std::sort(walked.begin(), walked.end());
  EXPECT_EQ(walked, made);
}

TEST_F(ApiKeysTest, ForwardAuthWantsAGoodKeyAndSaysWhich) {
  start(verifying());
  const Person admin = make_admin("admin@example.com");
  const NewKey key = new_key(admin);
  const Answer good = verify(admin.token, key.key);
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(good.raw.header("X-Auth-Api-Key"), key.id);
  EXPECT_EQ(good.raw.header("X-Auth-User-Id"), admin.id);

  std::string wrong = key.key;
  wrong[40] = wrong[40] == 'A' ? 'B' : 'A';
  const std::string header = "X-API-Key: " + key.key + "\r\n";
  for (const std::string& headers :
       {std::string(), std::string("X-API-Key:\r\n"), header + header, "X-API-Key: " + wrong + "\r\n",
        "X-API-Key: igk_0123456789abcdef" + key.key.substr(20) + "\r\n",
        "X-API-Key: " + std::string(4000, 'k') + "\r\n", "X-API-Key: " + key.key + ", " + key.key + "\r\n",
        std::string("X-Auth-Api-Key: ") + key.id + "\r\n"}) {
    const Answer refused = call("GET", "/api/v1/auth/verify", {}, admin.token, headers);
    EXPECT_EQ(refused.status, 401) << headers;
    EXPECT_EQ(refused.raw.body, "") << "as of all that forward-auth answers";
    EXPECT_EQ(refused.raw.header("WWW-Authenticate"), R"(ApiKey header="X-API-Key")");
    EXPECT_EQ(refused.raw.header("X-Auth-Api-Key"), "");
    EXPECT_EQ(refused.raw.header("X-Auth-User-Id"), "");
  }
  EXPECT_EQ(verify("", key.key).status, 401) << "a key stands beside the user's token, not for it";
  const Answer forbidden = verify(admin.token, new_key(admin, R"(,"scopes":["orders:readx"])").key);
  EXPECT_EQ(forbidden.status, 403);
  EXPECT_EQ(forbidden.raw.body, "");
  EXPECT_EQ(forbidden.raw.header("WWW-Authenticate"),
            R"(ApiKey header="X-API-Key", error="insufficient_scope")");
  EXPECT_EQ(get("/api/v1/auth/me", admin.token).status, 200) << "not named, so no key";

  const std::string log = logger_.text();
  EXPECT_NE(log.find("key " + key.id + " was used, request "), std::string::npos);
  EXPECT_EQ(log.find(key.key.substr(21)), std::string::npos);
  EXPECT_EQ(log.find(wrong.substr(21)), std::string::npos);
}

TEST_F(ApiKeysTest, ARouteMayWantAKeyAndTheOthersOfItsClassNot) {
  start(with_policy(
      R"({"Require":[{"Class":"Auth","Routes":["/api/v1/auth/signup"],"Scopes":["users:create"]}]})"));
  const std::string body =
      R"({"email":"new@example.com","password":"Str0ng#Enough","fullName":"A Person","userType":0})";
  EXPECT_EQ(post("/api/v1/auth/signup", body).status, 401);
  EXPECT_EQ(post("/api/v1/auth/login", R"({"email":"new@example.com","password":"Str0ng#Enough"})").code(),
            "INVALID_CREDENTIALS")
      << "nobody was made";
  http::Caller admin;
  admin.user_id = "test";
  admin.user_type = "Admin";
  const auto created = services().api_keys.create(admin, {"front end", {"users:create"}, std::nullopt},
                                                  {call_context(), "local"});
  ASSERT_TRUE(created.ok());
  EXPECT_EQ(call("POST", "/api/v1/auth/signup", body, {},
                 "X-API-Key: " + std::string(created->key.reveal()) + "\r\n")
                .status,
            200);
}

TEST_F(ApiKeysTest, ARevokedKeyIsRefusedFromThenOnAlthoughItWasRemembered) {
  start(verifying());
  const Person admin = make_admin("admin@example.com");
  const NewKey key = new_key(admin);
  const NewKey other = new_key(admin);
  EXPECT_EQ(verify(admin.token, key.key).status, 200);
  EXPECT_EQ(revoke(admin, key.id).status, 200);
  EXPECT_EQ(verify(admin.token, key.key).status, 401);
  EXPECT_EQ(verify(admin.token, other.key).status, 200);
}

TEST_F(ApiKeysTest, AKeyEndsInItsTime) {
  start(verifying());
  const Person admin = make_admin("admin@example.com");
  const NewKey key = new_key(admin, R"(,"scopes":["orders:read"],"expiresIn":600)");
  EXPECT_EQ(verify(admin.token, key.key).status, 200);
  clock_.advance_wall(595'000);
  EXPECT_EQ(verify(admin.token, key.key).status, 200);
  clock_.advance_wall(6'000);
  EXPECT_EQ(verify(admin.token, key.key).status, 401);
}

TEST_F(ApiKeysTest, TheLastUseIsKeptBeyondTheGatewaysEnd) {
  if (storage_server() == nullptr) GTEST_SKIP() << "memory forgets";
  const app::Settings settings = verifying();
  start(settings);
  const Person admin = make_admin("admin@example.com");
  const NewKey key = new_key(admin);
  ASSERT_EQ(verify(admin.token, key.key).status, 200);
  EXPECT_TRUE(application().stop());
  stop();
  start(settings);
  const auto kept = services().store.find_api_key({key.id}, call_context());
  ASSERT_TRUE(kept.ok() && kept->key);
  ASSERT_TRUE(kept->key->last_used_at_ms);
  EXPECT_NEAR(static_cast<double>(*kept->key->last_used_at_ms), static_cast<double>(clock_.wall_ms()),
              60'000);
}

TEST_F(ApiKeysTest, WhatOneInstanceRevokesTheOtherForgets) {
  if (storage_server() == nullptr) GTEST_SKIP() << "memory is not shared between gateways";
  const app::Settings settings = verifying();
  start(settings);
  runtime::Metrics other_metrics;
  app::Application other(settings, plugin::HostContext{logger_, clock_, random_, other_metrics});
  ASSERT_TRUE(other.start().empty());
  const Person admin = make_admin("admin@example.com");
  const NewKey key = new_key(admin);
  ask(other.port());
  ASSERT_EQ(verify(admin.token, key.key).status, 200);
  ask(0);
  EXPECT_EQ(revoke(admin, key.id).status, 200);
  ask(other.port());
  EXPECT_TRUE(soon([&] { return verify(admin.token, key.key).status == 401; })) << "within five minutes only";
  ask(0);
  other.stop();
}

TEST_F(ApiKeysTest, check_37_NobodyIsLetInWhileTheStorageIsAway) {
  if (storage_server() == nullptr) GTEST_SKIP() << "memory does not go away";
  start(verifying(0));
  const Person admin = make_admin("admin@example.com");
  const NewKey key = new_key(admin);
  ASSERT_EQ(verify(admin.token, key.key).status, 200);
  storage_server()->stop();
  const Answer refused = verify(admin.token, key.key);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.raw.body, "");
  EXPECT_NE(refused.raw.header("Retry-After"), "");
  EXPECT_EQ(refused.raw.header("X-Auth-Api-Key"), "");
  EXPECT_EQ(refused.raw.header("X-Auth-User-Id"), "");
  EXPECT_EQ(verify(admin.token, "rubbish").status, 401) << "what is no key needs no storage";
  storage_server()->start();
  EXPECT_TRUE(soon([&] { return verify(admin.token, key.key).status == 200; }));
}

}  // namespace
}  // namespace gateway::testing
