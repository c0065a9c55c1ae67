// Tokens and codes that nobody issued: a provider says no or "not mine", never "authenticated" and never an
// Error, which would look as if it could not decide.
#include "provider_suite.hpp"

namespace gateway::conformance {
namespace {

using ProviderTokens = ProviderSuite;

std::vector<std::string> bad_tokens() {
  return {
      "",
      ".",
      "..",
      "...",
      "a.b.c",
      "not a token",
      std::string("nul\0nul", 7),
      "\xc3\xa9.\xf0\x9f\x90\x99.",
      "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwiaXNzIjoiYSIsImV4cCI6OTk5OTk5OTk5OX0.",  // alg none
      "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0",
      "eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uL2V0Yy9wYXNzd2QifQ.e30.AAAA",
      "eyJhbGciOiJSUzI1NiJ9.bm90IGpzb24.AAAA",
      std::string(100'000, 'A'),
      std::string(5'000, '.'),
      "eyJhbGciOiJSUzI1NiJ9." + std::string(100'000, 'e') + ".AAAA",
  };
}

template <class Outcome>
bool says_no(const Outcome& outcome) {
  return std::holds_alternative<Rejected>(outcome) || std::holds_alternative<NotApplicable>(outcome);
}

TEST_F(ProviderTokens, check_01_bad_tokens_are_refused) {
  if (!subject().has("token")) GTEST_SKIP() << "no capability 'token'";
  for (const std::string& token : bad_tokens())
    EXPECT_TRUE(says_no(answer(VerifyToken{Secret(token)}))) << token.substr(0, 80);
}

TEST_F(ProviderTokens, bad_refresh_tokens_are_refused) {
  if (!subject().has("refresh")) GTEST_SKIP() << "no capability 'refresh'";
  for (const std::string& token : bad_tokens())
    EXPECT_TRUE(says_no(answer(RefreshTokens{Secret(token)}))) << token.substr(0, 80);
}

TEST_F(ProviderTokens, check_24_bad_codes_are_refused) {
  if (!subject().has("out-of-band")) GTEST_SKIP() << "no capability 'out-of-band'";
  for (const std::string& code : bad_tokens()) {
    EXPECT_TRUE(says_no(answer(ApplyCode{OutOfBandPurpose::VerifyEmail, Secret(code), std::nullopt})));
    EXPECT_TRUE(says_no(answer(
        ApplyCode{OutOfBandPurpose::ResetPassword, Secret(code), Secret(std::string("Another-secret9!"))})));
  }
}

TEST_F(ProviderTokens, check_22_sending_a_code_does_not_tell_who_has_an_account) {
  if (!subject().has("out-of-band")) GTEST_SKIP() << "no capability 'out-of-band'";
  const auto person = subject().has("password") ? somebody() : std::nullopt;
  if (!person) GTEST_SKIP() << "nobody has an account here";
  const auto known = answer(SendCode{OutOfBandPurpose::ResetPassword, person->email});
  const auto unknown = answer(SendCode{OutOfBandPurpose::ResetPassword, new_email()});
  EXPECT_EQ(tag_of(known), Accepted::kTag);
  EXPECT_EQ(tag_of(unknown), Accepted::kTag);
}

TEST_F(ProviderTokens, a_phone_number_leads_to_one_account) {
  if (!subject().has("phone")) GTEST_SKIP() << "no capability 'phone'";
  const auto first = answer(SignInByPhone{"+4915000000000"});
  const auto again = answer(SignInByPhone{"+4915000000000"});
  ASSERT_EQ(tag_of(first), Authenticated::kTag);
  ASSERT_EQ(tag_of(again), Authenticated::kTag);
  EXPECT_EQ(std::get<Authenticated>(first).account.subject, std::get<Authenticated>(again).account.subject);
}

TEST_F(ProviderTokens, social_tokens_that_nobody_issued_are_refused) {
  if (!subject().has("social")) GTEST_SKIP() << "no capability 'social'";
  for (const std::string& token : bad_tokens())
    EXPECT_TRUE(says_no(answer(SignInWithSocialToken{"google.com", Secret(token)})));
}

}  // namespace
}  // namespace gateway::conformance
