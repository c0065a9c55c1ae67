#include "core/http/target.hpp"

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

using namespace std::string_view_literals;

std::string path_of(std::string_view raw) {
  std::string storage;
  const auto target = parse_target("GET", raw, storage);
  return target ? std::string(target->path) : "refused";
}

TEST(Target, SplitsAndDecodesOnce) {
  std::string storage;
  const auto target = parse_target("GET", "/api/v1/users?page=1&q=%20x", storage);
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->path, "/api/v1/users");
  EXPECT_EQ(target->query, "page=1&q=%20x");
  EXPECT_TRUE(storage.empty());  // nothing encoded, nothing copied

  EXPECT_EQ(path_of("/"), "/");
  EXPECT_EQ(path_of("/?"), "/");
  EXPECT_EQ(path_of("/a%20b"), "/a b");
  EXPECT_EQ(path_of("/%61%62"), "/ab");
  EXPECT_EQ(path_of("/%C3%A9"), "/\xc3\xa9");
  EXPECT_EQ(path_of("/%F0%9F%98%80"), "/\xf0\x9f\x98\x80");
  EXPECT_EQ(path_of("/%2561"), "/%61");  // once, not twice
  EXPECT_EQ(path_of("/%252e%252e/x"), "/%2e%2e/x");
  EXPECT_EQ(path_of("/users/"), "/users/");  // the router decides
  EXPECT_EQ(path_of("/a.b/..c/c../.well-known"), "/a.b/..c/c../.well-known");
  EXPECT_EQ(path_of("/a?b?c"), "/a");
}

// check 30: one reading of a target only
TEST(Target, check_30_RefusesWhatTwoReadersSeeDifferently) {
  for (const std::string_view raw : {"/.",
                                     "/..",
                                     "/a/./b",
                                     "/a/../b",
                                     "/a/..",
                                     "/../",
                                     "/%2e%2e/x",
                                     "/%2E/x",
                                     "/.%2e/x",
                                     "/a/%2e%2e",  // dot segments
                                     "//",
                                     "//evil.example/x",
                                     "/a//b",
                                     "/a//",
                                     "///",  // empty segments
                                     "/a%2fb",
                                     "/a%2Fb",
                                     "/a%5cb",
                                     "/a\\b",  // hidden separators
                                     "/%00",
                                     "/%01",
                                     "/%0a",
                                     "/%0d%0aX",
                                     "/%1f",
                                     "/%7f",  // controls
                                     "/%",
                                     "/%4",
                                     "/%zz",
                                     "/%4g",
                                     "/a%",
                                     "/%%41",
                                     "/% 1",  // bad escapes
                                     "/%ff",
                                     "/%c0%af",
                                     "/%c3",
                                     "/%e0%80%af",
                                     "/%ed%a0%80",
                                     "/%f4%90%80%80",
                                     "/%f8%88%80%80%80",  // not UTF-8
                                     "/a#b",
                                     "/a?b#c",
                                     "/a b",
                                     "/a\tb",
                                     "/\x80",
                                     "/\xc3\xa9",
                                     "/a?\xc3\xa9",
                                     "/a?b c",
                                     "/a?b\x7f",  // raw bytes
                                     "/a|b",
                                     "/a^b",
                                     "/a`b",
                                     "/a\"b",
                                     "/<a>",
                                     "/{a}",
                                     "/[a]"}) {
    EXPECT_EQ(path_of(raw), "refused") << raw;
  }
}

// check 30: absolute-form, authority-form and CONNECT
TEST(Target, check_30_TakesOriginFormOnly) {
  std::string storage;
  for (const std::string_view raw : {"", "http://example.com/", "https://example.com/x", "example.com:443",
                                     "example.com", "a/b", "?x", "*", "%2fa"}) {
    EXPECT_FALSE(parse_target("GET", raw, storage).has_value()) << raw;
  }
  EXPECT_FALSE(parse_target("CONNECT", "/", storage).has_value());
  EXPECT_FALSE(parse_target("CONNECT", "example.com:443", storage).has_value());
  EXPECT_EQ(parse_target("OPTIONS", "*", storage)->path, "*");
  EXPECT_FALSE(parse_target("OPTIONS", "**", storage).has_value());
}

TEST(Target, SixteenThousandSlashesAreRefusedAtOnce) {
  EXPECT_EQ(path_of(std::string(16'000, '/')), "refused");
  std::string deep;
  for (int i = 0; i < 8'000; ++i)
    deep += "/a";
  EXPECT_EQ(path_of(deep), deep);
}

TEST(Utf8, Boundaries) {
  for (const std::string_view good :
       {""sv, "\x7f"sv, "\xc2\x80"sv, "\xdf\xbf"sv, "\xe0\xa0\x80"sv, "\xed\x9f\xbf"sv, "\xee\x80\x80"sv,
        "\xf0\x90\x80\x80"sv, "\xf4\x8f\xbf\xbf"sv, "\0"sv}) {
    EXPECT_TRUE(is_valid_utf8(good));
  }
  for (const std::string_view bad :
       {"\x80"sv, "\xc1\xbf"sv, "\xc2"sv, "\xe0\x9f\xbf"sv, "\xed\xa0\x80"sv, "\xef\xbf"sv,
        "\xf0\x8f\xbf\xbf"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "a\xff"sv}) {
    EXPECT_FALSE(is_valid_utf8(bad));
  }
}

}  // namespace
}  // namespace gateway::http
