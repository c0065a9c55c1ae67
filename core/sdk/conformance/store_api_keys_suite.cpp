#include <algorithm>
#include <atomic>

#include "store_suite.hpp"

namespace gateway::conformance {
namespace {

using namespace gateway::store;

class StoreApiKeys : public StoreSuite {
 protected:
  CreateApiKey new_key(std::int64_t age_ms = 0) const {
    CreateApiKey create;
    create.key.id = unique("");
    create.key.name =
        "Nightly j\xc3\xb6"
        "b; '--";
    create.key.scopes = {"orders:read", "orders:\"write\""};
    create.key.created_by = "somebody";
    create.key.created_at_ms = now_ms() - age_ms;
    create.digest = unique("digest-");
    return create;
  }
  CreateApiKey stored(std::int64_t age_ms = 0) const {
    CreateApiKey create = new_key(age_ms);
    expect_outcome<Stored>(answer(create), "api_keys.create");
    return create;
  }
  ApiKey found(const std::string& id) const {
    const MaybeApiKey maybe = answer(FindApiKey{id});
    EXPECT_TRUE(maybe.key) << id;
    return maybe.key.value_or(ApiKey{});
  }
  void use(const std::string& id, std::int64_t after_ms) const {
    answer(NoteApiKeyUses{{{id, now_ms() + after_ms}}});
  }
  void prune_all(std::int64_t at_ms) const {
    while (answer(Prune{at_ms, 1000}).removed > 0) {
    }
  }
};

TEST_F(StoreApiKeys, a_key_comes_back_as_it_went_in) {
  CreateApiKey create = new_key();
  create.key.expires_at_ms = now_ms() + 1000;
  expect_outcome<Stored>(answer(create));
  const MaybeApiKey maybe = answer(FindApiKey{create.key.id});
  ASSERT_TRUE(maybe.key);
  EXPECT_EQ(encode(*maybe.key), encode(create.key));
  EXPECT_EQ(maybe.digest, create.digest);
  const MaybeApiKey nobody = answer(FindApiKey{unique("")});
  EXPECT_FALSE(nobody.key);
  EXPECT_EQ(nobody.digest, "");
}

TEST_F(StoreApiKeys, a_key_without_scopes_or_author_is_one) {
  CreateApiKey create = new_key();
  create.key.scopes.clear();
  create.key.created_by.clear();
  expect_outcome<Stored>(answer(create));
  EXPECT_EQ(encode(found(create.key.id)), encode(create.key));
}

TEST_F(StoreApiKeys, an_id_is_given_once) {
  const CreateApiKey first = stored();
  CreateApiKey second = new_key();
  second.key.id = first.key.id;
  EXPECT_EQ(expect_outcome<Conflict>(answer(second)).field, "id");
  EXPECT_EQ(answer(FindApiKey{first.key.id}).digest, first.digest);
}

TEST_F(StoreApiKeys, of_concurrent_creations_with_one_id_one_succeeds) {
  const CreateApiKey first = new_key();
  std::atomic<int> created{0};
  at_once(20, [&](int i) {
    CreateApiKey mine = first;
    mine.digest += std::to_string(i);
    created += std::holds_alternative<Stored>(answer(mine)) ? 1 : 0;
  });
  EXPECT_EQ(created, 1);
}

TEST_F(StoreApiKeys, bounds_are_checked) {
  CreateApiKey most = new_key();
  most.key.id += std::string(64 - most.key.id.size(), 'i');
  most.key.name = std::string(200, 'n');
  most.key.created_by = std::string(200, 'c');
  most.key.scopes = std::vector<std::string>(32, std::string(100, 's'));
  most.digest = std::string(100, 'd');
  expect_outcome<Stored>(answer(most));
  const auto refused = [&](auto change) {
    CreateApiKey create = new_key();
    change(create);
    expect_invalid(create);
  };
  refused([](CreateApiKey& c) { c.key.id.clear(); });
  refused([](CreateApiKey& c) { c.key.id = std::string(65, 'i'); });
  refused([](CreateApiKey& c) { c.key.name.clear(); });
  refused([](CreateApiKey& c) { c.key.name = std::string(201, 'n'); });
  refused([](CreateApiKey& c) { c.key.created_by = std::string(201, 'c'); });
  refused([](CreateApiKey& c) { c.key.scopes = std::vector<std::string>(33, "s"); });
  refused([](CreateApiKey& c) { c.key.scopes = {std::string(101, 's')}; });
  refused([](CreateApiKey& c) { c.key.scopes = {""}; });
  refused([](CreateApiKey& c) { c.digest.clear(); });
  refused([](CreateApiKey& c) { c.digest = std::string(101, 'd'); });
  expect_invalid(ListApiKeys{std::nullopt, 0});
  expect_invalid(ListApiKeys{std::nullopt, 1001});
  expect_invalid(NoteApiKeyUses{std::vector<ApiKeyUse>(kMaxApiKeyUses + 1, ApiKeyUse{"x", 1})});
}

TEST_F(StoreApiKeys, the_list_is_walked_newest_first) {
  // Of a time that nothing else here is of; two of one time.
  const std::int64_t age_ms =
      1'000'000'000 + static_cast<std::int64_t>(std::hash<std::string>{}(unique("")) >> 24U);
  const std::string newest = stored(age_ms).key.id;
  std::vector<std::string> twins{stored(age_ms + 1).key.id, stored(age_ms + 1).key.id};
  std::sort(twins.begin(), twins.end());
  const std::string oldest = stored(age_ms + 2).key.id;
  ListApiKeys list;
  list.after = ApiKeyPlace{now_ms() - age_ms + 1, ""};
  list.limit = 1;
  std::vector<std::string> walked;
  for (int i = 0; i < 4; ++i) {
    const ApiKeyList page = answer(list);
    ASSERT_EQ(page.keys.size(), 1U);
    walked.push_back(page.keys[0].id);
    list.after = ApiKeyPlace{page.keys[0].created_at_ms, page.keys[0].id};
  }
  EXPECT_EQ(walked, (std::vector<std::string>{newest, twins[0], twins[1], oldest}));
  const ApiKeyList first = answer(ListApiKeys{std::nullopt, 1000});
  EXPECT_GE(first.keys.size(), 4U);
  EXPECT_TRUE(std::is_sorted(first.keys.begin(), first.keys.end(), [](const ApiKey& a, const ApiKey& b) {
    return a.created_at_ms > b.created_at_ms || (a.created_at_ms == b.created_at_ms && a.id < b.id);
  }));
}

TEST_F(StoreApiKeys, a_revoked_key_stays_revoked_as_of_the_first_time) {
  const std::string id = stored().key.id;
  expect_outcome<Stored>(answer(RevokeApiKey{id, now_ms() + 5}));
  EXPECT_EQ(found(id).revoked_at_ms, now_ms() + 5);
  expect_outcome<Stored>(answer(RevokeApiKey{id, now_ms() + 9}));
  EXPECT_EQ(found(id).revoked_at_ms, now_ms() + 5);
  expect_outcome<NotFound>(answer(RevokeApiKey{unique(""), now_ms()}));
}

TEST_F(StoreApiKeys, concurrent_revocations_agree) {
  const std::string id = stored().key.id;
  at_once(20, [&](int i) { expect_outcome<Stored>(answer(RevokeApiKey{id, now_ms() + i})); });
  const auto revoked_at_ms = found(id).revoked_at_ms;
  ASSERT_TRUE(revoked_at_ms);
  answer(RevokeApiKey{id, now_ms() + 100});
  EXPECT_EQ(found(id).revoked_at_ms, revoked_at_ms);
}

TEST_F(StoreApiKeys, the_last_use_moves_on_by_a_minute_at_least) {
  const std::string id = stored().key.id;
  use(id, 0);
  EXPECT_EQ(found(id).last_used_at_ms, now_ms());
  use(id, kApiKeyUseStepMs - 1);
  EXPECT_EQ(found(id).last_used_at_ms, now_ms()) << "less than a minute is not worth a write";
  use(id, kApiKeyUseStepMs);
  EXPECT_EQ(found(id).last_used_at_ms, now_ms() + kApiKeyUseStepMs);
  use(id, -1000);
  EXPECT_EQ(found(id).last_used_at_ms, now_ms() + kApiKeyUseStepMs) << "never back";
}

TEST_F(StoreApiKeys, concurrent_notes_of_many_keys_all_arrive) {
  NoteApiKeyUses note;
  for (int i = 0; i < 20; ++i)
    note.uses.push_back({stored().key.id, now_ms() + i});
  note.uses.push_back({unique(""), now_ms()});  // of nobody
  at_once(8, [&](int i) {
    NoteApiKeyUses mine = note;
    if (i % 2 == 0) std::reverse(mine.uses.begin(), mine.uses.end());
    answer(mine);
  });
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_EQ(found(note.uses[i].id).last_used_at_ms, note.uses[i].at_ms);
  EXPECT_FALSE(answer(FindApiKey{note.uses.back().id}).key);
  answer(NoteApiKeyUses{});
}

TEST_F(StoreApiKeys, prune_removes_keys_a_month_after_their_end) {
  CreateApiKey expired = new_key();
  expired.key.expires_at_ms = now_ms() + 100;
  expect_outcome<Stored>(answer(expired));
  CreateApiKey revoked = new_key();
  revoked.key.expires_at_ms = now_ms() + 1'000'000;
  expect_outcome<Stored>(answer(revoked));
  answer(RevokeApiKey{revoked.key.id, now_ms() + 100});
  const std::string lasting = stored().key.id;
  prune_all(now_ms() + 100 + kEndedApiKeyKeptMs);
  EXPECT_TRUE(answer(FindApiKey{expired.key.id}).key) << "not a moment early";
  EXPECT_TRUE(answer(FindApiKey{revoked.key.id}).key);
  prune_all(now_ms() + 101 + kEndedApiKeyKeptMs);
  EXPECT_FALSE(answer(FindApiKey{expired.key.id}).key);
  EXPECT_FALSE(answer(FindApiKey{revoked.key.id}).key);
  EXPECT_TRUE(answer(FindApiKey{lasting}).key) << "what has no end stays";
}

}  // namespace
}  // namespace gateway::conformance
