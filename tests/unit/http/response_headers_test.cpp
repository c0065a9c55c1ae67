#include "core/http/response_headers.hpp"

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

std::string lines_of(const ResponseHeaders& headers) {
  std::string all;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    EXPECT_EQ(headers.line(i), std::string(headers.name(i)) + ": " + std::string(headers.value(i)) + "\r\n");
    all.append(headers.name(i)).append("=").append(headers.value(i)).append(";");
  }
  return all;
}

TEST(ResponseHeaders, SettingReplacesAllOfThatNameInItsPlace) {
  ResponseHeaders headers;
  headers.add("A", "1");
  headers.add("B", "2");
  headers.add("a", "3");
  headers.set("C", "4");
  EXPECT_EQ(lines_of(headers), "A=1;B=2;a=3;C=4;");
  EXPECT_EQ(headers.find("a"), "1") << "the first";
  headers.set("a", "a longer value than it was");
  EXPECT_EQ(lines_of(headers), "a=a longer value than it was;B=2;C=4;");
  headers.set("A", "");
  EXPECT_EQ(lines_of(headers), "A=;B=2;C=4;");
  EXPECT_EQ(headers.find("A"), "");
  EXPECT_EQ(headers.find("D"), std::nullopt);
}

TEST(ResponseHeaders, RemovingTakesAllOfThatName) {
  ResponseHeaders headers;
  for (const char* name : {"A", "B", "a", "AB"})
    headers.add(name, "x");
  headers.remove("A");
  EXPECT_EQ(lines_of(headers), "B=x;AB=x;");
  headers.remove("nothing");
  headers.clear();
  EXPECT_EQ(headers.size(), 0U);
  headers.add("A", "again");
  EXPECT_EQ(lines_of(headers), "A=again;");
}

TEST(ResponseHeaders, AValueMayComeFromHere) {
  ResponseHeaders headers;
  headers.add("A", std::string(100, 'a'));
  for (int i = 0; i < 40; ++i)
    headers.add("B" + std::to_string(i), *headers.find("A"));
  headers.set("A", *headers.find("B7"));
  for (std::size_t i = 0; i < headers.size(); ++i)
    EXPECT_EQ(headers.value(i), std::string(100, 'a')) << i;
  EXPECT_EQ(headers.size(), 41U);
}

TEST(ResponseHeaders, ANameMayComeFromHere) {
  ResponseHeaders headers;
  for (const char* name : {"Name", "name", "Other", "NAME"})
    headers.add(name, "x");
  headers.set(headers.name(0), std::string(10'000, 'y'));  // more than there is room for
  ASSERT_EQ(headers.size(), 2U);
  EXPECT_EQ(headers.name(0), "Name");
  EXPECT_EQ(headers.value(0), std::string(10'000, 'y'));
  EXPECT_EQ(headers.name(1), "Other");
}

TEST(ResponseHeaders, CopiesAreTheirOwn) {
  ResponseHeaders one;
  one.add("A", "1");
  ResponseHeaders other = one;
  one.clear();
  one.add("B", "2");
  EXPECT_EQ(lines_of(other), "A=1;");
  EXPECT_EQ(lines_of(one), "B=2;");
}

}  // namespace
}  // namespace gateway::http
