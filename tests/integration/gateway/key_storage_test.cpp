// How the gateway's own keys lie in storage, and what becomes of them when their encryption is switched on or
// changed.
#include "core/auth/key_ring.hpp"
#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {
namespace {

class KeyStorageTest : public GatewayFixture {
 protected:
  static Secret key_of(char letter) { return Secret(std::string(32, letter)); }

  static auth::TokenOptions options(char current, std::string_view previous = {}) {
    auth::TokenOptions options;
    if (current != 0) options.key_encryption_key = key_of(current);
    for (const char letter : previous)
      options.previous_key_encryption_keys.push_back(key_of(letter));
    return options;
  }
  // What an instance with these options does at its start.
  Result<Done> refresh(const auth::TokenOptions& options) {
    auth::KeyRing ring(services().store, clock_, random_, logger_, options);
    return ring.refresh(call_context());
  }
  std::vector<store::Key> stored(const std::string& purpose) {
    auto keys = services().store.list_keys({purpose}, call_context());
    EXPECT_TRUE(keys.ok());
    return keys ? std::move(keys->keys) : std::vector<store::Key>();
  }
  static bool is_encrypted(const store::Key& key) {
    return key.material.reveal().starts_with("enc:1:") &&
           key.material.reveal().find("PRIVATE KEY") == std::string_view::npos;
  }
};

TEST_F(KeyStorageTest, WithAnEncryptionKeyNothingIsStoredInClear) {
  app::Settings settings = default_settings();
  settings.tokens.key_encryption_key = key_of('a');
  start(std::move(settings));
  for (const char* purpose : {"access-token", "refresh-token"}) {
    ASSERT_EQ(stored(purpose).size(), 1U);
    EXPECT_TRUE(is_encrypted(stored(purpose).front())) << purpose;
  }
  const Person person = sign_up("encrypted@example.com");
  EXPECT_EQ(get("/api/v1/auth/me", person.token).status, 200);
}

TEST_F(KeyStorageTest, SwitchingItOnReplacesKeysThatLieInClear) {
  start();
  const Person before = sign_up("before@example.com");
  ASSERT_FALSE(is_encrypted(stored("access-token").front()));
  ASSERT_TRUE(refresh(options('a')).ok());
  for (const char* purpose : {"access-token", "refresh-token"}) {
    ASSERT_EQ(stored(purpose).size(), 2U) << purpose;
    EXPECT_TRUE(is_encrypted(stored(purpose).back())) << purpose;
  }
  ASSERT_TRUE(refresh(options('a')).ok());
  EXPECT_EQ(stored("access-token").size(), 2U) << "once is enough";
  EXPECT_EQ(get("/api/v1/auth/me", before.token).status, 200) << "the overlap ends nobody's session";
}

TEST_F(KeyStorageTest, AnInstanceWithYesterdaysKeyDoesNotUndoTodays) {
  start();
  ASSERT_TRUE(refresh(options('a')).ok());
  ASSERT_TRUE(refresh(options('b', "a")).ok());
  const std::size_t keys = stored("access-token").size();
  const Result<Done> old_instance = refresh(options('a'));
  ASSERT_FALSE(old_instance.ok());
  EXPECT_NE(old_instance.error().detail.find("Tokens:KeyEncryptionKey"), std::string::npos)
      << old_instance.error().detail;
  EXPECT_EQ(stored("access-token").size(), keys);
  EXPECT_TRUE(refresh(options('b', "a")).ok());
}

TEST_F(KeyStorageTest, WithoutTheKeyTheStartFailsAndSaysWhy) {
  start();
  ASSERT_TRUE(refresh(options('a')).ok());
  const Result<Done> without = refresh(options(0));
  ASSERT_FALSE(without.ok());
  EXPECT_NE(without.error().detail.find("Tokens:KeyEncryptionKey"), std::string::npos);
}

}  // namespace
}  // namespace gateway::testing
