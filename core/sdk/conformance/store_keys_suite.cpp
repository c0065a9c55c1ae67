#include <atomic>

#include "store_suite.hpp"

namespace gateway::conformance {
namespace {

using namespace gateway::store;

class StoreKeys : public StoreSuite {
 protected:
  AddKey addition(const std::string& expected_newest_id, std::int64_t after_ms) const {
    AddKey add;
    add.key.id = unique("key-");
    add.key.purpose = purpose_;
    add.key.algorithm = "ES256";
    add.key.material = Secret("material of " + add.key.id);
    add.key.created_at_ms = now_ms() + after_ms;
    add.key.signs_from_ms = now_ms() + after_ms + 10;
    add.expected_newest_id = expected_newest_id;
    add.predecessors_until_ms = now_ms() + after_ms + 100;
    return add;
  }
  std::vector<Key> keys() const { return answer(ListKeys{purpose_}).keys; }

  const std::string purpose_ = unique("purpose-");
};

TEST_F(StoreKeys, keys_are_listed_oldest_first_and_by_purpose) {
  EXPECT_TRUE(keys().empty());
  const AddKey first = addition("", 0);
  expect_outcome<Stored>(answer(first));
  ASSERT_EQ(keys().size(), 1U);
  EXPECT_EQ(encode(keys()[0]), encode(first.key));
  const AddKey second = addition(first.key.id, 1);
  expect_outcome<Stored>(answer(second));
  ASSERT_EQ(keys().size(), 2U);
  EXPECT_EQ(keys()[0].id, first.key.id);
  EXPECT_EQ(encode(keys()[1]), encode(second.key));
  EXPECT_TRUE(answer(ListKeys{unique("purpose-")}).keys.empty());
}

TEST_F(StoreKeys, a_successor_ends_its_predecessors_once) {
  const AddKey first = addition("", 0);
  answer(first);
  const AddKey second = addition(first.key.id, 1);
  answer(second);
  const AddKey third = addition(second.key.id, 2);
  answer(third);
  const std::vector<Key> all = keys();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].verifies_until_ms, second.predecessors_until_ms) << "set by the first successor, and kept";
  EXPECT_EQ(all[1].verifies_until_ms, third.predecessors_until_ms);
  EXPECT_EQ(all[2].verifies_until_ms, 0);
}

TEST_F(StoreKeys, an_addition_with_a_wrong_expectation_is_stale) {
  expect_outcome<Stale>(answer(addition("something", 0)), "there is none yet;");
  const AddKey first = addition("", 0);
  answer(first);
  expect_outcome<Stale>(answer(addition("", 1)));
  expect_outcome<Stale>(answer(first), "a retry;");
  answer(addition(first.key.id, 1));
  expect_outcome<Stale>(answer(addition(first.key.id, 2)));
  EXPECT_EQ(keys().size(), 2U);
}

TEST_F(StoreKeys, material_is_replaced_where_it_is_what_was_expected) {
  const AddKey first = addition("", 0);
  answer(first);
  const AddKey second = addition(first.key.id, 1);
  answer(second);
  const ReplaceKeyMaterial replace{purpose_, first.key.id, first.key.material, Secret("sealed")};
  expect_outcome<Stored>(answer(replace));
  Key expected = first.key;
  expected.material = Secret("sealed");
  expected.verifies_until_ms = second.predecessors_until_ms;
  const std::vector<Key> all = keys();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(encode(all[0]), encode(expected)) << "nothing but its material, and in its place";
  EXPECT_EQ(encode(all[1]), encode(second.key)) << "no other key";
  expect_outcome<Stale>(answer(replace), "it is another one now;");
}

TEST_F(StoreKeys, no_key_of_another_name_or_purpose_is_replaced) {
  const AddKey first = addition("", 0);
  answer(first);
  const Secret material = first.key.material;
  expect_outcome<Stale>(answer(ReplaceKeyMaterial{purpose_, unique("key-"), material, Secret("sealed")}));
  expect_outcome<Stale>(
      answer(ReplaceKeyMaterial{unique("purpose-"), first.key.id, material, Secret("sealed")}));
  EXPECT_EQ(encode(keys().at(0)), encode(first.key));
}

TEST_F(StoreKeys, of_concurrent_replacements_one_succeeds) {
  const AddKey first = addition("", 0);
  answer(first);
  constexpr int kRivals = 20;
  std::atomic<int> stored{0};
  std::atomic<int> stale{0};
  at_once(kRivals, [&](int rival) {
    const auto reply = call(ReplaceKeyMaterial{purpose_, first.key.id, first.key.material,
                                               Secret("sealed by " + std::to_string(rival))});
    if (!reply) return;
    if (std::holds_alternative<Stored>(*reply)) ++stored;
    if (std::holds_alternative<Stale>(*reply)) ++stale;
  });
  EXPECT_EQ(stored, 1);
  EXPECT_EQ(stale, kRivals - 1);
}

TEST_F(StoreKeys, of_concurrent_additions_one_succeeds) {
  constexpr int kRivals = 20;
  std::atomic<int> stored{0};
  std::atomic<int> stale{0};
  at_once(kRivals, [&](int) {
    const auto reply = call(addition("", 0));
    if (!reply) return;
    if (std::holds_alternative<Stored>(*reply)) ++stored;
    if (std::holds_alternative<Stale>(*reply)) ++stale;
  });
  EXPECT_EQ(stored, 1);
  EXPECT_EQ(stale, kRivals - 1);
  EXPECT_EQ(keys().size(), 1U);
}

}  // namespace
}  // namespace gateway::conformance
