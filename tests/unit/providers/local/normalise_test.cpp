#include "providers/local/normalise.hpp"

#include <array>

#include <gtest/gtest.h>

namespace gateway::local {
namespace {

std::string normalised(std::string_view password) {
  const auto result = normalise_password(Secret(std::string(password)));
  return result ? std::string(result->reveal()) : "(refused)";
}

struct Pair {
  std::string_view typed;
  std::string_view normal;
};

TEST(NormalisePassword, check_20_forms_that_look_the_same_are_the_same) {
  constexpr std::array kPairs{
      Pair{"e\xcc\x81", "\xc3\xa9"},                     // e + combining acute: é
      Pair{"\xe2\x84\xab", "\xc3\x85"},                  // ANGSTROM SIGN: Å
      Pair{"\xef\xac\x81", "fi"},                        // ligature fi
      Pair{"\xef\xbc\xa1\xef\xbc\x91", "A1"},            // full width A, 1
      Pair{"\xe2\x85\xa3", "IV"},                        // ROMAN NUMERAL FOUR
      Pair{"\xc2\xb2", "2"},                             // SUPERSCRIPT TWO
      Pair{"\xe1\x84\x80\xe1\x85\xa1", "\xea\xb0\x80"},  // Hangul jamo: 가
      Pair{"q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87"},    // two marks, in canonical order
  };
  for (const Pair& pair : kPairs)
    EXPECT_EQ(normalised(pair.typed), pair.normal);
}

TEST(NormalisePassword, check_20_normalising_twice_changes_nothing) {
  for (const std::string_view typed : {"\xe1\xba\x9b\xcc\xa3", "\xef\xb7\xba", "Aa1!  ", "\xcf\x92\xcc\x81"})
    EXPECT_EQ(normalised(normalised(typed)), normalised(typed));
}

TEST(NormalisePassword, check_20_nothing_is_trimmed_folded_or_cut) {
  for (const std::string_view typed : {std::string_view(" a "), std::string_view("Aa"),
                                       std::string_view("a\0b", 3), std::string_view("\t\n")})
    EXPECT_EQ(normalised(typed), typed);
  EXPECT_EQ(normalised(std::string(64, 'x')), std::string(64, 'x'));
  EXPECT_EQ(normalised(std::string(kMaxPasswordBytes, 'x')).size(), kMaxPasswordBytes);
}

TEST(NormalisePassword, what_is_not_acceptable_is_refused) {
  EXPECT_EQ(normalised(""), "(refused)");
  EXPECT_EQ(normalised(std::string(kMaxPasswordBytes + 1, 'x')), "(refused)");
  EXPECT_EQ(normalised(std::string(1U << 20, 'x')), "(refused)");
  EXPECT_EQ(normalised("\xff\xfe"), "(refused)");
  EXPECT_EQ(normalised("\xed\xa0\x80"), "(refused)") << "half a surrogate pair";
  std::string grows;  // U+FDFA becomes 33 bytes from 3
  for (int i = 0; i < 300; ++i)
    grows += "\xef\xb7\xba";
  EXPECT_EQ(normalised(grows), "(refused)") << "the bound holds after normalisation";
}

TEST(LoginOf, case_width_and_white_space_around_do_not_matter) {
  for (const std::string_view typed : {"zoe@example.com", "ZOE@Example.COM", "  zoe@example.com\t\r\n",
                                       "\xef\xbd\x9aoe\xef\xbc\xa0\x65xample.com"})
    EXPECT_EQ(login_of(typed), "zoe@example.com") << typed;
  EXPECT_EQ(login_of("ZO\xc3\x8b@example.com"), login_of("zoe\xcc\x88@example.com"));
}

TEST(LoginOf, different_people_stay_different) {
  EXPECT_NE(login_of("zoe@example.com"), login_of("zo\xc3\xab@example.com"));
  EXPECT_NE(login_of("stra\xc3\x9f"
                     "e@example.com"),
            login_of("strasse@example.com"));
  EXPECT_NE(login_of("zoe\xe2\x80\x8b@example.com"), login_of("zoe@example.com"));
  EXPECT_NE(login_of("a.b@example.com"), login_of("ab@example.com"));
  EXPECT_NE(login_of("a+b@example.com"), login_of("a@example.com"));
}

TEST(LoginOf, what_nobody_can_have_is_refused) {
  for (const std::string& typed :
       {std::string(), std::string("  "), std::string("@"), std::string("a@"), std::string("@b"),
        std::string("ab"), std::string("a\0@b", 4), std::string("a\r\nb@c"), std::string("\xff@b"),
        std::string(250, 'a') + "@bcde", std::string(5'000'000, 'a') + "@b"})
    EXPECT_EQ(login_of(typed), std::nullopt) << typed.substr(0, 40);
  EXPECT_TRUE(login_of(std::string(249, 'a') + "@bcde").has_value()) << "254 bytes fit";
}

}  // namespace
}  // namespace gateway::local
