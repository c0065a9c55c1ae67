#include "provider_suite.hpp"

namespace gateway::conformance {
namespace {

class ProviderAccounts : public ProviderWithSignUp {
 protected:
  void SetUp() override {
    if (!subject().has("account-admin")) GTEST_SKIP() << "no capability 'account-admin'";
    ProviderWithSignUp::SetUp();
  }
  void set_disabled(bool disabled) const {
    expect_outcome<Accepted>(answer(SetAccountDisabled{person_.subject, disabled}), "account.set_disabled");
  }
};

TEST_F(ProviderAccounts, an_account_is_got_by_subject) {
  const auto outcome = answer(GetAccount{person_.subject});
  const auto& account = expect_outcome<Authenticated>(outcome).account;
  EXPECT_EQ(account.subject, person_.subject);
  expect_same_email(account.email, person_.email);
  EXPECT_FALSE(account.disabled);
  for (const std::string& nobody : {unique_uuid(), std::string(), person_.email, person_.subject + " "})
    expect_rejected(answer(GetAccount{nobody}), RejectReason::WrongCredentials, nobody);
}

TEST_F(ProviderAccounts, a_disabled_account_is_told_so_only_with_the_right_password) {
  set_disabled(true);
  set_disabled(true);  // a retry
  expect_rejected(sign_in(person_.email, person_.password), RejectReason::AccountDisabled);
  expect_rejected(sign_in(person_.email, "Not-the-password1!"), RejectReason::WrongCredentials);
  const auto got = answer(GetAccount{person_.subject});
  EXPECT_TRUE(expect_outcome<Authenticated>(got).account.disabled);
  expect_rejected(sign_up(person_.email, "Other-password9!"), RejectReason::AccountExists);
}

TEST_F(ProviderAccounts, a_disabled_account_cannot_change_its_password) {
  set_disabled(true);
  const auto outcome =
      answer(ChangePassword{person_.subject, Secret(person_.password), Secret("Another-secret9!")});
  expect_outcome<Rejected>(outcome);
  set_disabled(false);
  expect_outcome<Authenticated>(sign_in(person_.email, person_.password));
}

TEST_F(ProviderAccounts, an_enabled_account_signs_in_again) {
  set_disabled(true);
  set_disabled(false);
  expect_outcome<Authenticated>(sign_in(person_.email, person_.password));
  expect_outcome<Rejected>(answer(SetAccountDisabled{unique_uuid(), true}), "nobody's account");
}

TEST_F(ProviderAccounts, deleting_may_be_repeated) {
  const auto unknown = sign_in(new_email(), person_.password);
  for (int i = 0; i < 2; ++i)
    expect_outcome<Accepted>(answer(DeleteAccount{person_.subject}), "account.delete");
  expect_outcome<Accepted>(answer(DeleteAccount{unique_uuid()}), "deleting what never was");
  EXPECT_EQ(encode(sign_in(person_.email, person_.password)), encode(unknown));
  expect_rejected(answer(GetAccount{person_.subject}), RejectReason::WrongCredentials);
}

TEST_F(ProviderAccounts, check_26_a_subject_is_never_used_again) {
  answer(DeleteAccount{person_.subject});
  const auto outcome = sign_up(person_.email, person_.password);
  EXPECT_NE(expect_outcome<Authenticated>(outcome, "the email is free again").account.subject,
            person_.subject);
}

TEST_F(ProviderAccounts, sessions_can_be_revoked) {
  const auto outcome = answer(RevokeSessions{person_.subject});
  EXPECT_FALSE(std::holds_alternative<Rejected>(outcome)) << encode(outcome);
  expect_outcome<Authenticated>(sign_in(person_.email, person_.password), "signing in anew");
}

TEST_F(ProviderAccounts, check_37_without_its_store_nothing_is_done) {
  const std::int64_t before = services_.credential_calls();
  services_.break_down();
  const auto got = call(GetAccount{person_.subject});
  const auto disabled = call(SetAccountDisabled{person_.subject, true});
  const auto deleted = call(DeleteAccount{person_.subject});
  services_.repair();
  if (services_.credential_calls() == before) GTEST_SKIP() << "keeps no credentials with the host";
  EXPECT_FALSE(got);
  EXPECT_FALSE(disabled);
  EXPECT_FALSE(deleted);
  expect_outcome<Authenticated>(sign_in(person_.email, person_.password));
}

}  // namespace
}  // namespace gateway::conformance
