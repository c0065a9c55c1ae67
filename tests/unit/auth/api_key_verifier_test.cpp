// What is remembered of keys, for how long, and what is forgotten when.
#include "core/auth/api_key_verifier.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "attempt_samples.hpp"
#include "core/auth/api_key_text.hpp"

namespace gateway::auth {
namespace {

// Keys in a map; counts what it is asked, and fails or is overtaken where the test says so.
class KeyShelf final : public store::ApiKeys {
 public:
  Result<store::CreateApiKey::Reply> create_api_key(const store::CreateApiKey& request,
                                                    const CallContext&) override {
    const std::lock_guard lock(mutex);
    rows[request.key.id] = {request.key, request.digest};
    return {store::Stored{}};
  }
  Result<store::MaybeApiKey> find_api_key(const store::FindApiKey& request, const CallContext&) override {
    const std::lock_guard lock(mutex);
    ++asked;
    if (error) return *error;
    const auto found = rows.find(request.id);
    store::MaybeApiKey answer = found == rows.end() ? store::MaybeApiKey{} : found->second;
    if (meanwhile) meanwhile();
    return answer;
  }
  Result<store::ApiKeyList> list_api_keys(const store::ListApiKeys&, const CallContext&) override {
    return store::ApiKeyList{};
  }
  Result<store::RevokeApiKey::Reply> revoke_api_key(const store::RevokeApiKey& request,
                                                    const CallContext&) override {
    const std::lock_guard lock(mutex);
    rows.at(request.id).key->revoked_at_ms = request.now_ms;
    return {store::Stored{}};
  }
  Result<Empty> note_api_key_uses(const store::NoteApiKeyUses& request, const CallContext&) override {
    const std::lock_guard lock(mutex);
    if (error) return *error;
    EXPECT_LE(request.uses.size(), store::kMaxApiKeyUses);
    for (const store::ApiKeyUse& use : request.uses)
      noted[use.id] = use.at_ms;
    return Empty{};
  }

  std::recursive_mutex mutex;  // `meanwhile` may come back
  std::map<std::string, store::MaybeApiKey> rows;
  std::map<std::string, std::int64_t> noted;
  std::optional<Error> error;
  std::function<void()> meanwhile;  // after a row was read, before it is answered
  int asked = 0;
};

class ApiKeyVerifierTest : public ::testing::Test {
 protected:
  std::string new_key(std::optional<std::int64_t> expires_at_ms = std::nullopt) {
    auto made = new_api_key_text(random_);
    EXPECT_TRUE(made.ok());
    store::CreateApiKey create;
    create.key.id = made->id;
    create.key.name = "job";
    create.key.scopes = {"orders:read"};
    create.key.expires_at_ms = expires_at_ms;
    create.digest = api_key_digest(made->key.reveal());
    EXPECT_TRUE(shelf_.create_api_key(create, kCall).ok());
    return std::string(made->key.reveal());
  }
  static std::string id_of(const std::string& key) { return std::string(api_key_id(key).value()); }

  bool good(const std::string& key, std::int64_t max_age_ms = 30 * kSecond) {
    const auto answer = verifier_.authenticate(shelf_, {Secret(key), max_age_ms}, kCall);
    EXPECT_TRUE(answer.ok());
    return answer.ok() && std::holds_alternative<ApiKeyAccepted>(*answer);
  }
  void revoke(const std::string& key) {
    ASSERT_TRUE(shelf_.revoke_api_key({id_of(key), clock_.wall_ms()}, kCall).ok());
    verifier_.forget(id_of(key));
  }

  HandClock clock_;
  runtime::SystemRandom random_;
  KeyShelf shelf_;
  ApiKeyVerifier verifier_{clock_};
};

TEST_F(ApiKeyVerifierTest, AKeyHasOneForm) {
  const std::string key = new_key();
  EXPECT_EQ(key.size(), kApiKeyBytes);
  EXPECT_EQ(key.substr(0, 4), "igk_");
  EXPECT_NE(new_key(), key);
  std::string upper = key;
  upper[4] = 'A';
  for (const std::string& other :
       {std::string(), std::string("igk_"), key.substr(1), key + "A", key.substr(0, 63), " " + key.substr(1),
        "igk-" + key.substr(4), key.substr(0, 20) + "-" + key.substr(21), key.substr(0, 63) + "=",
        key.substr(0, 63) + std::string(1, '\0'), upper, std::string(64, 'a'), std::string(1U << 20, 'k')})
    EXPECT_FALSE(api_key_id(other)) << other.substr(0, 80);
}

TEST_F(ApiKeyVerifierTest, OnlyTheWholeKeyIsGood) {
  const std::string key = new_key();
  EXPECT_TRUE(good(key));
  std::string wrong = key;
  wrong[40] = wrong[40] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(good(wrong));
  std::string of_another = key;
  of_another.replace(4, kApiKeyIdBytes, id_of(new_key()));
  EXPECT_FALSE(good(of_another)) << "the secret of one with the id of another";
  // Not the row alone: its digest is of the id as well.
  shelf_.rows[id_of(of_another)].digest = shelf_.rows[id_of(key)].digest;
  EXPECT_FALSE(good(of_another, 0));
  const int asked = shelf_.asked;
  EXPECT_FALSE(good("rubbish"));
  EXPECT_EQ(shelf_.asked, asked) << "what has not the form of a key is nobody's";
}

TEST_F(ApiKeyVerifierTest, UnknownAndWrongKeysCostOneLookUpEach) {
  const std::string known = new_key();
  std::string wrong = known;
  wrong[40] = wrong[40] == 'A' ? 'B' : 'A';
  const std::string unknown = new_key();
  shelf_.rows.erase(id_of(unknown));
  for (const std::string& key : {wrong, unknown}) {
    const int asked = shelf_.asked;
    EXPECT_FALSE(good(key));
    EXPECT_FALSE(good(key));
    EXPECT_EQ(shelf_.asked, asked + 1);
  }
}

TEST_F(ApiKeyVerifierTest, AnAnswerIsAsOldAsTheAskerAllows) {
  const std::string key = new_key();
  EXPECT_TRUE(good(key));
  clock_.advance(30 * kSecond - 1);
  EXPECT_TRUE(good(key));
  EXPECT_EQ(shelf_.asked, 1);
  clock_.advance(1);
  EXPECT_TRUE(good(key));
  EXPECT_EQ(shelf_.asked, 2);
  EXPECT_TRUE(good(key, 0));
  EXPECT_EQ(shelf_.asked, 3);
}

// Another instance revoked it and nothing was heard: the asker's bound is the worst case.
TEST_F(ApiKeyVerifierTest, WhatIsNotHeardOfEndsWithTheBound) {
  const std::string key = new_key();
  EXPECT_TRUE(good(key));
  ASSERT_TRUE(shelf_.revoke_api_key({id_of(key), clock_.wall_ms()}, kCall).ok());
  EXPECT_TRUE(good(key));
  clock_.advance(30 * kSecond);
  EXPECT_FALSE(good(key));
}

TEST_F(ApiKeyVerifierTest, ARevokedKeyIsForgottenAtOnceAndTheOthersStay) {
  const std::string key = new_key();
  const std::string other = new_key();
  EXPECT_TRUE(good(key));
  EXPECT_TRUE(good(other));
  revoke(key);
  EXPECT_FALSE(good(key));
  const int asked = shelf_.asked;
  EXPECT_TRUE(good(other));
  EXPECT_EQ(shelf_.asked, asked);
  verifier_.clear();
  EXPECT_TRUE(good(other));
  EXPECT_EQ(shelf_.asked, asked + 1);
}

TEST_F(ApiKeyVerifierTest, ALookUpThatARevocationOvertookIsNotRemembered) {
  const std::string key = new_key();
  shelf_.meanwhile = [&] { revoke(key); };
  EXPECT_TRUE(good(key)) << "it was good when it was looked at";
  shelf_.meanwhile = nullptr;
  EXPECT_FALSE(good(key));
}

TEST_F(ApiKeyVerifierTest, AKeyEndsInItsTimeAlsoWhereItIsRemembered) {
  const std::string key = new_key(clock_.wall_ms() + 1000);
  EXPECT_TRUE(good(key));
  clock_.advance(999);
  EXPECT_TRUE(good(key));
  clock_.advance(1);
  EXPECT_FALSE(good(key));
  EXPECT_EQ(shelf_.asked, 1);
}

TEST_F(ApiKeyVerifierTest, AFloodOfRubbishIsBoundedAndPushesNoGoodKeyOut) {
  const std::string key = new_key();
  EXPECT_TRUE(good(key));
  const std::string rubbish = new_key();
  shelf_.rows.erase(id_of(rubbish));
  for (std::size_t i = 0; i < 2 * ApiKeyVerifier::kMostRefused; ++i) {
    std::string text = std::to_string(i);
    text.insert(0, 43 - text.size(), '0');
    good(rubbish.substr(0, 21) + text);
  }
  EXPECT_LE(verifier_.remembered(), ApiKeyVerifier::kMostRefused + 1);
  const int asked = shelf_.asked;
  EXPECT_TRUE(good(key));
  EXPECT_EQ(shelf_.asked, asked);
}

TEST_F(ApiKeyVerifierTest, AStorageThatIsAwayAdmitsNobodyAndIsNotRemembered) {
  const std::string key = new_key();
  shelf_.error = unavailable("away");
  const auto answer = verifier_.authenticate(shelf_, {Secret(key), 30 * kSecond}, kCall);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable);
  shelf_.error.reset();
  EXPECT_TRUE(good(key));
}

TEST_F(ApiKeyVerifierTest, UsesAreWrittenOnceTheyAreAskedForAndNotLost) {
  const std::string key = new_key();
  std::string wrong = key;
  wrong[40] = wrong[40] == 'A' ? 'B' : 'A';
  good(wrong);
  ASSERT_TRUE(verifier_.write_uses(shelf_, kCall).ok());
  EXPECT_TRUE(shelf_.noted.empty()) << "a refused key was not used";
  good(key);
  clock_.advance(7);
  good(key);
  EXPECT_TRUE(shelf_.noted.empty()) << "no request waits for it";
  shelf_.error = unavailable("away");
  EXPECT_FALSE(verifier_.write_uses(shelf_, kCall).ok());
  shelf_.error.reset();
  const std::int64_t at_ms = clock_.wall_ms();
  clock_.advance(1000);
  ASSERT_TRUE(verifier_.write_uses(shelf_, kCall).ok());
  EXPECT_EQ(shelf_.noted, (std::map<std::string, std::int64_t>{{id_of(key), at_ms}}));
  shelf_.noted.clear();
  ASSERT_TRUE(verifier_.write_uses(shelf_, kCall).ok());
  EXPECT_TRUE(shelf_.noted.empty());
}

// Looked up by many while it is revoked: whoever asks once the revocation is done is refused.
TEST_F(ApiKeyVerifierTest, ManyAtOnceAgreeWithTheLastRevocation) {
  for (int round = 0; round < 50; ++round) {
    const std::string key = new_key();
    std::atomic<bool> revoked{false};
    std::atomic<int> let_in_afterwards{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        for (int n = 0; n < 50; ++n) {
          const bool was_revoked = revoked;
          const auto answer = verifier_.authenticate(shelf_, {Secret(key), i % 2 == 0 ? kHour : 0}, kCall);
          const bool let_in = answer && std::holds_alternative<ApiKeyAccepted>(*answer);
          if (was_revoked && let_in) ++let_in_afterwards;
          if (i == 3 && n % 10 == 0) (void)verifier_.write_uses(shelf_, kCall);
        }
      });
    }
    ASSERT_TRUE(shelf_.revoke_api_key({id_of(key), clock_.wall_ms()}, kCall).ok());
    verifier_.forget(id_of(key));
    revoked = true;
    for (std::thread& thread : threads)
      thread.join();
    EXPECT_EQ(let_in_afterwards, 0);
    EXPECT_FALSE(good(key, kHour));
  }
}

}  // namespace
}  // namespace gateway::auth
