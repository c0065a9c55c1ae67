// api_keys.authenticate as a host offers it, and what of keys it offers nobody.
#include <gtest/gtest.h>

#include "core/plugin/host_services.hpp"
#include "core/plugin/plugin_catalog.hpp"
#include "core/plugin/plugin_set.hpp"
#include "tests/integration/plugin/plugin_folder.hpp"
#include "tests/integration/plugin/recording_process.hpp"

namespace gateway::testing {
namespace {

class OneKey final : public plugin::ApiKeyAuthenticator {
 public:
  Result<AuthenticateApiKey::Reply> authenticate(store::ApiKeys& store, const AuthenticateApiKey& request,
                                                 const CallContext&) override {
    asked = &store;
    if (request.key.reveal() == "good") return {ApiKeyAccepted{"id", {"a", "b"}}};
    return {ApiKeyRefused{}};
  }
  store::ApiKeys* asked = nullptr;
};

class ApiKeyServiceTest : public ::testing::Test {
 protected:
  ApiKeyServiceTest() {
    folder_.put("sound-store");
    set_.add(*catalog_.open("sound-store", PluginKind::Storage, std::nullopt),
             {.id = "sound-store", .config_json = "{}"});
    EXPECT_TRUE(set_.create_all().empty());
    EXPECT_TRUE(set_.start_all().empty());
  }
  template <class Operation>
  ErrorKind refusal_of(const Operation& operation) {
    const auto answer = Host(services_.abi()).call(operation, {10'000, "test"});
    EXPECT_FALSE(answer);
    return answer ? ErrorKind::Internal : answer.error().kind;
  }

  PluginFolder folder_;
  plugin::PluginCatalog catalog_{folder_.path()};
  RecordingProcess process_;
  plugin::PluginSet set_{process_.host()};
  plugin::HostServices services_{"some-policy", process_.host()};
  OneKey keys_;
};

TEST_F(ApiKeyServiceTest, WhoIsNotGivenItIsToldThatThereIsNone) {
  services_.use_store(&set_.store());
  EXPECT_EQ(refusal_of(AuthenticateApiKey{Secret("good")}), ErrorKind::Unsupported);
}

TEST_F(ApiKeyServiceTest, WithoutAStorageNothingCanBeDecided) {
  services_.use_api_keys(&keys_);
  EXPECT_EQ(refusal_of(AuthenticateApiKey{Secret("good")}), ErrorKind::Unavailable);
  EXPECT_EQ(keys_.asked, nullptr);
}

TEST_F(ApiKeyServiceTest, TheAnswerIsWhatIsSaidOfTheStorage) {
  services_.use_store(&set_.store());
  services_.use_api_keys(&keys_);
  const Host host(services_.abi());
  const auto good = host.call(AuthenticateApiKey{Secret("good")}, {10'000, "test"});
  ASSERT_TRUE(good);
  const auto* accepted = std::get_if<ApiKeyAccepted>(&*good);
  ASSERT_NE(accepted, nullptr);
  EXPECT_EQ(accepted->id, "id");
  EXPECT_EQ(accepted->scopes, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(keys_.asked, &set_.store());
  const auto bad = host.call(AuthenticateApiKey{Secret("bad")}, {10'000, "test"});
  ASSERT_TRUE(bad);
  EXPECT_TRUE(std::holds_alternative<ApiKeyRefused>(*bad));
}

TEST_F(ApiKeyServiceTest, WhatIsStoredOfKeysIsForNoPlugin) {
  services_.use_store(&set_.store());
  services_.use_api_keys(&keys_);
  EXPECT_EQ(refusal_of(store::FindApiKey{"id"}), ErrorKind::Unsupported);
  EXPECT_EQ(refusal_of(store::ListApiKeys{}), ErrorKind::Unsupported);
  EXPECT_EQ(refusal_of(store::RevokeApiKey{"id", 1}), ErrorKind::Unsupported);
}

TEST_F(ApiKeyServiceTest, PoliciesAreAnsweredAndNobodyElse) {
  plugin::HostContext with_keys = process_.host();
  with_keys.api_keys = &keys_;
  plugin::PluginSet set(with_keys);
  for (const auto& [name, kind] :
       {std::pair("sound-store", PluginKind::Storage), std::pair("asking-provider", PluginKind::Provider),
        std::pair("asking-policy", PluginKind::Policy)}) {
    if (kind != PluginKind::Storage) folder_.put(name);  // which is there
    auto library = catalog_.open(name, kind, std::nullopt);
    ASSERT_TRUE(library) << library.error().detail;
    set.add(*library, {.id = name, .config_json = "{}"});
  }
  ASSERT_TRUE(set.create_all().empty());
  ASSERT_TRUE(set.start_all().empty());
  EXPECT_TRUE(process_.logger.has("plugin.asking-policy: asked: 0"));
  const auto unsupported = static_cast<int>(ErrorKind::Unsupported);
  EXPECT_TRUE(process_.logger.has("plugin.asking-provider: asked: " + std::to_string(unsupported)));
}

}  // namespace
}  // namespace gateway::testing
