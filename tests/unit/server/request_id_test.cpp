#include "core/server/request_id.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace gateway::server {
namespace {

TEST(RequestId, ValidOnesAreShortAndHarmless) {
  EXPECT_TRUE(is_valid_request_id("a"));
  EXPECT_TRUE(is_valid_request_id("A-z_0.9~"));
  EXPECT_TRUE(is_valid_request_id(std::string(128, 'x')));
  EXPECT_FALSE(is_valid_request_id(""));
  EXPECT_FALSE(is_valid_request_id(std::string(129, 'x')));
  for (const char* text :
       {"a b", "a/b", "a\"b", "<a>", "a\tb", "a\x1b[0m", "\xc3\xa9", "a,b", "a;b", "{a}", "$a"}) {
    EXPECT_FALSE(is_valid_request_id(text)) << text;
  }
}

TEST(RequestId, MadeOnesAreValidAndDiffer) {
  RequestIdSource one;
  RequestIdSource other;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    for (RequestIdSource* source : {&one, &other}) {
      const RequestIdSource::Id id = source->next();
      const std::string text(id.data(), id.size());
      EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
      EXPECT_TRUE(seen.insert(text).second);
    }
  }
}

}  // namespace
}  // namespace gateway::server
