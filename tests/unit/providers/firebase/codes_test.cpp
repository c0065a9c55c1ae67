// out_of_band.*: mails with a code, and what the code does.
#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

class FirebaseCodes : public FirebaseTest {
 protected:
  void SetUp() override {
    run();
    person_ = add_person();
    probe();
  }
  Result<AccountOutcome> send(OutOfBandPurpose purpose, const std::string& email = "zoe@example.com") {
    return provider().send_code(SendCode{purpose, email}, context());
  }
  Result<AccountOutcome> apply(OutOfBandPurpose purpose, const std::string& code,
                               std::optional<std::string> password = std::nullopt) {
    ApplyCode request;
    request.purpose = purpose;
    request.code = Secret(code);
    if (password) request.new_password = Secret(*password);
    return provider().apply_code(request, context());
  }
  std::string sent() const { return google_.code_sent_to("zoe@example.com"); }
  std::string reset_code() {
    EXPECT_EQ(name_of_outcome(send(kReset)), "accepted");
    return sent();
  }
  static constexpr auto kReset = OutOfBandPurpose::ResetPassword;
  static constexpr auto kVerify = OutOfBandPurpose::VerifyEmail;
  FakeAccount person_;
};

TEST_F(FirebaseCodes, a_reset_sets_the_password_and_tells_whose) {
  const auto outcome = apply(kReset, reset_code(), "Another-secret9!");
  ASSERT_EQ(name_of_outcome(outcome), "accepted");
  EXPECT_EQ(std::get<Accepted>(*outcome).subject, person_.local_id);
  EXPECT_EQ(google_.find(person_.local_id)->password, "Another-secret9!");
}

TEST_F(FirebaseCodes, check_24_a_code_works_once) {
  const std::string code = reset_code();
  EXPECT_EQ(name_of_outcome(apply(kReset, code, "Another-secret9!")), "accepted");
  EXPECT_EQ(name_of_outcome(apply(kReset, code, "A-third-secret9!")), "invalid_code");
}

TEST_F(FirebaseCodes, check_24_a_code_that_is_wrong_or_late_is_refused) {
  const std::string code = reset_code();
  EXPECT_EQ(name_of_outcome(apply(kReset, "nobodys", "Another-secret9!")), "invalid_code");
  EXPECT_EQ(name_of_outcome(apply(kVerify, "nobodys")), "invalid_code");
  EXPECT_EQ(name_of_outcome(apply(kVerify, code)), "invalid_code") << "a code for something else";
  google_.expire_codes();
  EXPECT_EQ(name_of_outcome(apply(kReset, code, "Another-secret9!")), "code_expired");
  EXPECT_EQ(google_.find(person_.local_id)->password, kPassword);
}

// To Google a reset without a password only looks at the code.
TEST_F(FirebaseCodes, a_reset_without_a_password_is_refused) {
  const std::string code = reset_code();
  EXPECT_EQ(name_of_outcome(apply(kReset, code)), "weak_password");
  EXPECT_EQ(name_of_outcome(apply(kReset, code, "")), "weak_password");
  EXPECT_EQ(name_of_outcome(apply(kReset, code, "short")), "weak_password");
  EXPECT_EQ(name_of_outcome(apply(kReset, code, "Another-secret9!")), "accepted") << "the code is still good";
}

TEST_F(FirebaseCodes, what_cannot_be_a_code_is_not_asked_about) {
  const std::size_t before = fetched().size();
  for (const std::string& code : {std::string(), std::string(100'000, 'c')}) {
    EXPECT_EQ(name_of_outcome(apply(kReset, code, "Another-secret9!")), "invalid_code");
    EXPECT_EQ(name_of_outcome(apply(kVerify, code)), "invalid_code");
  }
  EXPECT_EQ(fetched().size(), before);
}

TEST_F(FirebaseCodes, a_reset_whose_account_cannot_be_found_out_changes_nothing) {
  const std::string code = reset_code();
  google_.answer_next(1, {503, {}, ""}, "accounts:lookup");
  EXPECT_FALSE(apply(kReset, code, "Another-secret9!").ok());
  EXPECT_EQ(google_.find(person_.local_id)->password, kPassword);
  EXPECT_EQ(name_of_outcome(apply(kReset, code, "Another-secret9!")), "accepted") << "and may be tried again";
}

TEST_F(FirebaseCodes, a_verification_is_sent_and_applied) {
  EXPECT_EQ(name_of_outcome(send(kVerify, "ZOE@example.com")), "accepted");
  ASSERT_FALSE(sent().empty());
  EXPECT_FALSE(google_.find(person_.local_id)->email_verified);
  const auto outcome = apply(kVerify, sent());
  ASSERT_EQ(name_of_outcome(outcome), "accepted");
  EXPECT_EQ(std::get<Accepted>(*outcome).subject, person_.local_id);
  EXPECT_TRUE(google_.find(person_.local_id)->email_verified);
}

TEST_F(FirebaseCodes, an_account_that_is_deleted_meanwhile_stays_deleted) {
  google_.before_each([&](const std::string& target) {
    if (target.find("signInWithCustomToken") != std::string::npos) google_.forget(person_.local_id);
  });
  EXPECT_EQ(name_of_outcome(send(kVerify)), "accepted");
  google_.before_each({});
  EXPECT_FALSE(google_.find(person_.local_id));
}

TEST_F(FirebaseCodes, check_22_sending_tells_nobody_who_has_an_account) {
  const FakeAccount disabled = add_person("disabled@example.com");
  google_.change(disabled.local_id, [](FakeAccount& account) { account.disabled = true; });
  for (const bool protection : {false, true}) {
    google_.set_enumeration_protection(protection);
    for (const auto purpose : {kReset, kVerify}) {
      const auto requests_of = [&](const std::string& email) {
        const std::size_t before = fetched().size();
        const auto outcome = send(purpose, email);
        EXPECT_EQ(outcome.ok() ? encode(*outcome) : name_of_outcome(outcome),
                  encode(AccountOutcome{Accepted{}}))
            << email;
        return fetched().size() - before;
      };
      const std::size_t known = requests_of("zoe@example.com");
      EXPECT_EQ(requests_of("nobody@example.com"), known) << "the same number of requests";
      EXPECT_EQ(requests_of("disabled@example.com"), known);
    }
  }
  EXPECT_EQ(name_of_outcome(send(kReset, "no-at-sign")), "accepted");
  EXPECT_EQ(name_of_outcome(send(kReset, "")), "accepted");
}

TEST_F(FirebaseCodes, check_22_an_accounts_own_limit_is_told_to_nobody_and_the_projects_to_everybody) {
  google_.answer_next(1, {400, {}, R"({"error":{"message":"RESET_PASSWORD_EXCEED_LIMIT"}})"}, "sendOobCode");
  EXPECT_EQ(name_of_outcome(send(kReset)), "accepted");
  EXPECT_EQ(host_.counted("codes_not_sent"), 1);
  google_.answer_next(1, {429, {}, R"({"error":{"message":"QUOTA_EXCEEDED"}})"}, "sendOobCode");
  const auto quota = send(kReset);
  ASSERT_FALSE(quota.ok());
  EXPECT_EQ(quota.error().kind, ErrorKind::Overloaded);
  google_.answer_next(1, {400, {}, R"({"error":{"message":"OPERATION_NOT_ALLOWED"}})"}, "sendOobCode");
  EXPECT_EQ(name_of_outcome(send(kReset)), "operation_not_allowed");
}

TEST_F(FirebaseCodes, a_google_that_is_away_is_an_error) {
  set_away(unavailable("away"));
  for (const auto& outcome : {send(kReset), send(kVerify), send(kVerify, "nobody@example.com"),
                              apply(kReset, "code", "Another-secret9!"), apply(kVerify, "code")})
    EXPECT_FALSE(outcome.ok());
}

TEST_F(FirebaseCodes, an_account_of_which_google_gives_no_tokens_gets_no_mail_and_that_is_an_error) {
  google_.answer_next(1, {503, {}, ""}, "signInWithCustomToken");
  EXPECT_FALSE(send(kVerify).ok());
  EXPECT_TRUE(sent().empty());
}

}  // namespace
}  // namespace gateway::firebase
