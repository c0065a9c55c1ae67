// How the gateway's own keys lie in storage, and what becomes of them when their encryption is switched on or
// changed.
#include <memory>

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
  std::unique_ptr<auth::KeyRing> instance(const auth::TokenOptions& options) {
    return std::make_unique<auth::KeyRing>(services().store, clock_, random_, logger_, options);
  }
  // What an instance with these options does at its start.
  Result<Done> begin(const auth::TokenOptions& options) { return instance(options)->refresh(call_context()); }
  Result<Done> refresh(auth::KeyRing& ring) { return ring.refresh(call_context()); }
  void pass_the_time_of_a_roll_out() { clock_.advance_wall(auth::kEncryptionKeyAheadMs); }
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

TEST_F(KeyStorageTest, SwitchedOnItEncryptsWhatLiesInClear) {
  start();
  const Person before = sign_up("before@example.com");
  const auto ring = instance(options('a'));
  const auto other = instance(options('a'));
  ASSERT_TRUE(refresh(*ring).ok());
  const std::string derives(ring->snapshot()->refresh_key.reveal());
  ASSERT_EQ(stored("access-token").size(), 1U);
  ASSERT_FALSE(is_encrypted(stored("access-token").front()))
      << "instances without the key could not start any more";
  pass_the_time_of_a_roll_out();
  ASSERT_TRUE(refresh(*ring).ok());
  for (const char* purpose : {"access-token", "refresh-token"}) {
    for (const store::Key& key : stored(purpose))
      EXPECT_TRUE(is_encrypted(key)) << purpose;
  }
  ASSERT_EQ(stored("access-token").size(), 2U) << "what has lain in clear is followed by another key";
  EXPECT_EQ(stored("refresh-token").size(), 1U);
  ASSERT_TRUE(refresh(*ring).ok());
  ASSERT_TRUE(refresh(*other).ok());
  EXPECT_EQ(stored("access-token").size(), 2U) << "once is enough";
  EXPECT_EQ(ring->snapshot()->refresh_key.reveal(), derives) << "or a repeated refresh would end its session";
  EXPECT_EQ(get("/api/v1/auth/me", before.token).status, 200) << "the overlap ends nobody's session";
}

TEST_F(KeyStorageTest, WhileANewKeyIsRolledOutInstancesWithTheOldOneGoOnAndStart) {
  start();
  ASSERT_TRUE(begin(options('a')).ok());
  const auto old_instance = instance(options('a'));
  pass_the_time_of_a_roll_out();
  ASSERT_TRUE(refresh(*old_instance).ok());
  const std::vector<store::Key> before = stored("access-token");

  const auto new_instance = instance(options('b', "a"));
  ASSERT_TRUE(refresh(*new_instance).ok());
  EXPECT_EQ(new_instance->snapshot()->refresh_key.reveal(), old_instance->snapshot()->refresh_key.reveal());
  ASSERT_TRUE(new_instance->rotate(call_context()).ok());
  ASSERT_TRUE(refresh(*old_instance).ok()) << "also a key that was made meanwhile can be read";
  EXPECT_EQ(stored("access-token").size(), before.size() + 1);
  EXPECT_TRUE(begin(options('a')).ok()) << "one that takes another's place, or a roll-out that is taken back";
}

TEST_F(KeyStorageTest, AfterTheRollOutTheSameKeysAreEncryptedWithTheNewOne) {
  start();
  const auto first = instance(options('a'));
  pass_the_time_of_a_roll_out();
  ASSERT_TRUE(refresh(*first).ok());
  const auto snapshot = first->snapshot();
  const std::size_t signing_keys = stored("access-token").size();

  const auto second = instance(options('b', "a"));
  pass_the_time_of_a_roll_out();
  ASSERT_TRUE(refresh(*second).ok());
  EXPECT_TRUE(begin(options('b')).ok()) << "the old one is needed no more";
  EXPECT_EQ(stored("access-token").size(), signing_keys) << "nothing changes for who verifies";
  EXPECT_EQ(second->snapshot()->refresh_key.reveal(), snapshot->refresh_key.reveal());
  EXPECT_EQ(second->snapshot()->jwks_json, snapshot->jwks_json);
}

TEST_F(KeyStorageTest, AnInstanceWithYesterdaysKeyDoesNotUndoTodays) {
  start();
  const auto old_instance = instance(options('a'));
  pass_the_time_of_a_roll_out();
  ASSERT_TRUE(refresh(*old_instance).ok());
  const auto new_instance = instance(options('b', "a"));
  pass_the_time_of_a_roll_out();
  ASSERT_TRUE(refresh(*new_instance).ok());
  const std::size_t keys = stored("access-token").size();
  const auto snapshot = old_instance->snapshot();
  const Result<Done> refreshed = refresh(*old_instance);
  ASSERT_FALSE(refreshed.ok());
  EXPECT_NE(refreshed.error().detail.find("Tokens:KeyEncryptionKey"), std::string::npos)
      << refreshed.error().detail;
  EXPECT_EQ(old_instance->snapshot(), snapshot) << "it goes on with what it has";
  EXPECT_EQ(stored("access-token").size(), keys);
  EXPECT_TRUE(begin(options('b')).ok());
}

TEST_F(KeyStorageTest, InstancesThatDisagreeForLongKeepTheKeys) {
  start();
  const auto one = instance(options('a', "b"));
  const auto other = instance(options('b', "a"));
  pass_the_time_of_a_roll_out();
  ASSERT_TRUE(refresh(*one).ok());
  const std::size_t keys = stored("access-token").size();
  const std::string derives(one->snapshot()->refresh_key.reveal());
  for (int minute = 0; minute < 3; ++minute) {
    ASSERT_TRUE(refresh(*other).ok());
    ASSERT_TRUE(refresh(*one).ok());
  }
  EXPECT_EQ(stored("access-token").size(), keys);
  EXPECT_EQ(other->snapshot()->refresh_key.reveal(), derives);
}

TEST_F(KeyStorageTest, WithoutTheKeyTheStartFailsAndSaysWhy) {
  start();
  const auto ring = instance(options('a'));
  pass_the_time_of_a_roll_out();
  ASSERT_TRUE(refresh(*ring).ok());
  const Result<Done> without = begin(options(0));
  ASSERT_FALSE(without.ok());
  EXPECT_NE(without.error().detail.find("Tokens:KeyEncryptionKey"), std::string::npos);
}

}  // namespace
}  // namespace gateway::testing
