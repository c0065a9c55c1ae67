#include "gateway/toolkit/unicode.hpp"

#include <string>

#include <gtest/gtest.h>

namespace gateway::toolkit {
namespace {

TEST(Unicode, IdentifiersLookLikeWhatTheyAre) {
  for (const char* text : {"zoe@example.com", "zo\u00eb@b\u00fccher.example", "\u5c71\u7530@example.com",
                           "stra\u00dfe@example.com", "\u0645\u062d\u0645\u062f"})
    EXPECT_TRUE(is_identifier_text(text)) << text;
  for (const char* text : {"a\u200bb",   // zero width space
                           "\u202eabc",  // right-to-left override
                           "a\u2066b",   // isolate
                           "a\u00a0b",  "a b",          "a\u2028b", "a\u3000b",
                           "a\ufeffb",  // byte order mark
                           "\uff41",    // full width a
                           "\ufb01",    // ligature fi
                           "e\u0301",   // not composed
                           "a\u034fb",  // combining grapheme joiner
                           "\u3164",    // Hangul filler
                           "a\ufe0fb",  // variation selector
                           "a\u0007",   "a\x7f",        "\u0085",
                           "\ue000",  // private use
                           "\u0378",  // not assigned
                           "\xff",      "\xed\xa0\x80", "\xc0\x80"})
    EXPECT_FALSE(is_identifier_text(text)) << text;
  EXPECT_FALSE(is_identifier_text(std::string(kMaxUnicodeBytes + 1, 'a')));
}

TEST(Unicode, DisplayTextShowsSomethingAndControlsNothing) {
  for (const char* text :
       {"A Person", "\u5c71\u7530 \u592a\u90ce", "O\u2019Neill", "\u0645\u062d\u0645\u062f",
        "\U0001f468\u200d\U0001f469", "\u0915\u094d\u200d\u0937"})
    EXPECT_TRUE(is_display_text(text)) << text;
  for (const char* text : {"", " ", "\u00a0\u3000", "\u200b\u200d", "a\nb", "a\u2028b", "a\u202eb",
                           "a\u2067b", "\x1b[31m", "\u0085x", "\xff"})
    EXPECT_FALSE(is_display_text(text)) << text;
}

TEST(Unicode, LowerCaseChangesNothingElse) {
  EXPECT_EQ(to_lower("ZO\u00cb@Example.COM"), "zo\u00eb@example.com");
  EXPECT_EQ(to_lower("stra\u00dfe"), "stra\u00dfe");
  EXPECT_EQ(to_lower("\xff"), std::nullopt);
  EXPECT_EQ(to_lower(std::string(kMaxUnicodeBytes + 1, 'a')), std::nullopt);
}

TEST(Unicode, NormalisingHasABound) {
  ASSERT_TRUE(to_nfkc("e\u0301"));
  EXPECT_EQ(to_nfkc("e\u0301")->reveal(), "\u00e9");
  EXPECT_FALSE(to_nfkc(std::string(kMaxUnicodeBytes + 1, 'a')));
  EXPECT_FALSE(to_nfkc("\xff"));
}

}  // namespace
}  // namespace gateway::toolkit
