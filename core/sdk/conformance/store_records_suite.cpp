#include "store_suite.hpp"

namespace gateway::conformance {
namespace {

using namespace gateway::store;

class StoreRecords : public StoreSuite {
 protected:
  PutRecord record(std::string value) const { return {"plugin-a", key_, std::move(value), std::nullopt}; }
  std::optional<std::string> value(std::int64_t after_ms = 0, std::string scope = "plugin-a") const {
    return answer(GetRecord{std::move(scope), key_, now_ms() + after_ms}).value;
  }

  const std::string key_ = unique("key-");
};

TEST_F(StoreRecords, a_record_is_put_replaced_and_deleted) {
  EXPECT_FALSE(value());
  answer(record("first"));
  EXPECT_EQ(value(), "first");
  answer(record(""));
  EXPECT_EQ(value(), "") << "empty is not absent";
  answer(record("{\"text\":\"\xc3\xa9\"}\n'; --"));
  EXPECT_EQ(value(), "{\"text\":\"\xc3\xa9\"}\n'; --");
  answer(DeleteRecord{"plugin-a", key_});
  EXPECT_FALSE(value());
  answer(DeleteRecord{"plugin-a", key_});  // what is not there is deleted
}

TEST_F(StoreRecords, scopes_do_not_see_each_other) {
  answer(record("mine"));
  EXPECT_FALSE(value(0, "plugin-b"));
  EXPECT_FALSE(value(0, ""));
  answer(DeleteRecord{"plugin-b", key_});
  EXPECT_EQ(value(), "mine");
}

TEST_F(StoreRecords, a_record_expires) {
  PutRecord put = record("short-lived");
  put.expires_at_ms = now_ms() + 100;
  answer(put);
  EXPECT_EQ(value(99), "short-lived");
  EXPECT_FALSE(value(100));
  answer(record("lasting"));  // replaced without an end
  EXPECT_EQ(value(1000), "lasting");
}

TEST_F(StoreRecords, bounds_are_checked) {
  PutRecord put = record(std::string(1U << 20, 'v'));
  answer(put);
  EXPECT_EQ(value()->size(), put.value.size());
  put.value.push_back('v');
  expect_invalid(put);
  EXPECT_EQ(value()->size(), put.value.size() - 1) << "a refused value replaces nothing";
  PutRecord long_key = record("");
  long_key.key = key_ + std::string(256 - key_.size(), 'k');
  answer(long_key);
  long_key.key.push_back('k');
  expect_invalid(long_key);
}

TEST_F(StoreRecords, prune_removes_expired_records) {
  PutRecord put = record("short-lived");
  put.expires_at_ms = now_ms() + 100;
  answer(put);
  while (answer(Prune{now_ms() + 101, 1000}).removed > 0) {
  }
  EXPECT_FALSE(value());
}

}  // namespace
}  // namespace gateway::conformance
