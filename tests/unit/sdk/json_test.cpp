#include <string>

#include <gtest/gtest.h>

#include <gateway/json.hpp>

namespace gateway {
namespace {

using namespace std::string_view_literals;

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(Json, ReadsWhatIsJson) {
  for (const auto text : {"{}"sv, "[]"sv, "null"sv, " 1 "sv, "-0"sv, "\"\\ud83d\\ude00\""sv, "\"\\u0000\""sv,
                          "[1,2.5,-3e2,true,false,null]"sv, "{\"a\":{\"a\":1}}"sv, "\"\xed\x9f\xbf\""sv}) {
    EXPECT_TRUE(parse_json(text).ok()) << text;
  }
}

TEST(Json, KeepsValuesApart) {
  const auto document = parse_json(R"({"text":"a\u0000b","big":18446744073709551615,"list":[1,2]})");
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(text_of(*member(*document, "text")), "a\0b"sv);
  EXPECT_EQ(member(*document, "big")->GetUint64(), 18446744073709551615U);
  EXPECT_EQ(member(*document, "list")->Size(), 2U);
  EXPECT_EQ(member(*document, "lis"), nullptr);
  EXPECT_EQ(member(*document, ""), nullptr);
  EXPECT_EQ(to_text(*document), R"({"text":"a\u0000b","big":18446744073709551615,"list":[1,2]})");
}

TEST(Json, check_05_RefusesWhatIsNotJson) {
  for (const auto text : {""sv,
                          " "sv,
                          "{"sv,
                          "{}x"sv,
                          "{}{}"sv,
                          "[1,]"sv,
                          "{\"a\":1,}"sv,
                          "{a:1}"sv,
                          "'a'"sv,
                          "01"sv,
                          "+1"sv,
                          "1."sv,
                          ".5"sv,
                          "1e"sv,
                          "1e400"sv,
                          "1.8e308"sv,
                          "-1.8e308"sv,
                          "9240570e303"sv,
                          "92400570e302"sv,
                          "NaN"sv,
                          "Infinity"sv,
                          "-Infinity"sv,
                          "True"sv,
                          "\"\x01\""sv,
                          "\"\t\""sv,
                          "\"\\x41\""sv,
                          "\"\\u12G4\""sv,
                          "/**/1"sv,
                          "//\n1"sv,
                          "\x0b{}"sv,
                          "\xef\xbb\xbf{}"sv,
                          "\"open"sv}) {
    EXPECT_FALSE(parse_json(text).ok()) << text;
  }
}

TEST(Json, check_05_RefusesTextBehindANulByte) {
  EXPECT_FALSE(parse_json("{}\0{\"admin\":true}"sv).ok());
  EXPECT_FALSE(parse_json("{}\0"sv).ok());
  EXPECT_FALSE(parse_json("\0{}"sv).ok());
}

TEST(Json, check_05_RefusesWhatIsNotUtf8) {
  for (const auto text : {"\"\xff\""sv, "\"\xc0\x80\""sv, "\"\xe2\x82\""sv, "\"\xed\xa0\x80\""sv,
                          "\"\xed\xb0\x80\""sv, "\"\xf4\x90\x80\x80\""sv, "\"\x80\""sv}) {
    EXPECT_FALSE(parse_json(text).ok());
  }
}

TEST(Json, check_05_RefusesHalfASurrogatePair) {
  for (const auto text :
       {R"("\ud800")"sv, R"("\udc00")"sv, R"("\udfff")"sv, R"("\ude00\ud83d")"sv, R"("\ud83dx")"sv,
        R"("\udbff\udbff")"sv, R"({"\udc00":1})"sv, R"(["ok","\udead"])"sv}) {
    EXPECT_FALSE(parse_json(text).ok()) << text;
  }
}

TEST(Json, check_05_RefusesDuplicateNamesAtAnyDepth) {
  for (const auto text : {R"({"a":1,"a":1})"sv, R"({"a":1,"\u0061":2})"sv,
                          R"({"x":[{"b":{"c":1,"d":2,"c":3}}]})"sv, R"({"":1,"":2})"sv}) {
    const auto document = parse_json(text);
    ASSERT_FALSE(document.ok()) << text;
    EXPECT_EQ(document.error().kind, ErrorKind::Invalid);
  }
  EXPECT_TRUE(parse_json(R"({"a":1,"A":2,"a ":3,"a\u0000":4})").ok());
}

TEST(Json, check_05_BoundsDepthValuesAndBytes) {
  EXPECT_TRUE(parse_json(nested(16)).ok());
  EXPECT_FALSE(parse_json(nested(17)).ok());
  EXPECT_FALSE(parse_json(nested(500'000)).ok());
  EXPECT_FALSE(parse_json(std::string(500'000, '[')).ok());
  EXPECT_FALSE(parse_json(R"({"a":{"b":[1]}})", {.max_depth = 2}).ok());

  EXPECT_TRUE(parse_json("[1,2,3]", {.max_values = 4}).ok());
  EXPECT_FALSE(parse_json("[1,2,3,4]", {.max_values = 4}).ok());
  EXPECT_FALSE(parse_json(R"({"a":1,"b":2})", {.max_values = 4}).ok());  // names count

  EXPECT_TRUE(parse_json("[1]", {.max_bytes = 3}).ok());
  EXPECT_FALSE(parse_json("[1] ", {.max_bytes = 3}).ok());
}

TEST(Json, ErrorsDoNotRepeatTheContent) {
  for (const auto text : {R"({"password":"hunter2)"sv, R"({"hunter2":1,"hunter2":2})"sv, "hunter2"sv}) {
    const auto document = parse_json(text);
    ASSERT_FALSE(document.ok());
    EXPECT_EQ(document.error().detail.find("hunter2"), std::string::npos);
  }
}

}  // namespace
}  // namespace gateway
