#include "gateway/toolkit/form.hpp"

#include <string>

#include <gtest/gtest.h>

namespace gateway::toolkit {
namespace {

using namespace std::string_view_literals;

TEST(Form, EncodesWhatHasToBe) {
  EXPECT_EQ(encode_form({}), "");
  EXPECT_EQ(encode_form({{"a b", "1+2=3&4"}, {"c", ""}, {"d-._*", "\xc3\xa4~"}}),
            "a+b=1%2B2%3D3%264&c=&d-._*=%C3%A4%7E");
}

TEST(Form, RoundTripsEveryByteButNul) {
  FormFields fields;
  std::string all;
  for (int c = 1; c < 256; ++c)
    all.push_back(static_cast<char>(c));
  fields.emplace_back("bytes", all);
  fields.emplace_back(all, "");
  const auto parsed = parse_form(encode_form(fields));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(*parsed, fields);
}

TEST(Form, ReadsBothHexCases) {
  const auto parsed = parse_form("code=%c3%A4&x=~%7e");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(*parsed, (FormFields{{"code", "\xc3\xa4"}, {"x", "~~"}}));
  EXPECT_TRUE(parse_form("")->empty());
}

TEST(Form, RefusesWhatIsNotEncodedCorrectly) {
  for (const auto text : {"a"sv, "=1"sv, "a=1&"sv, "&a=1"sv, "a=1&&b=2"sv, "a=%"sv, "a=%4"sv, "a=%4g"sv,
                          "a=% 1"sv, "a=%00"sv, "a=\0"sv, "a=b c"sv, "a=\xc3\xa4"sv, "a=\n"sv, "a=\x7f"sv}) {
    EXPECT_FALSE(parse_form(text).ok()) << text;
  }
}

TEST(Form, RefusesANameThatComesTwice) {
  EXPECT_FALSE(parse_form("code=1&code=1").ok());
  EXPECT_FALSE(parse_form("code=1&x=2&c%6fde=3").ok());
}

TEST(Form, IsBounded) {
  EXPECT_TRUE(parse_form("a=1&b=2", {.max_fields = 2}).ok());
  EXPECT_FALSE(parse_form("a=1&b=2&c=3", {.max_fields = 2}).ok());
  EXPECT_TRUE(parse_form("a=1", {.max_bytes = 3}).ok());
  EXPECT_FALSE(parse_form("a=12", {.max_bytes = 3}).ok());
}

}  // namespace
}  // namespace gateway::toolkit
