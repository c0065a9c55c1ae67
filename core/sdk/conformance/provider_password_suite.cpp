#include <algorithm>
#include <atomic>

#include "provider_suite.hpp"

namespace gateway::conformance {
namespace {

using ProviderSignIn = ProviderWithPerson;
using ProviderSignUp = ProviderWithSignUp;

TEST_F(ProviderSignIn, the_right_password_authenticates) {
  const auto outcome = sign_in(person_.email, person_.password);
  const auto& account = expect_outcome<Authenticated>(outcome).account;
  EXPECT_EQ(account.subject, person_.subject);
  EXPECT_FALSE(account.subject.empty());
  EXPECT_FALSE(account.disabled);
  expect_same_email(account.email, person_.email);
}

TEST_F(ProviderSignIn, check_22_unknown_account_and_wrong_password_get_the_same_answer) {
  const auto wrong = sign_in(person_.email, person_.password + "x");
  expect_rejected(wrong, RejectReason::WrongCredentials);
  const auto unknown = sign_in(new_email(), person_.password);
  EXPECT_EQ(encode(wrong), encode(unknown));
}

TEST_F(ProviderSignIn, check_22_unknown_account_and_wrong_password_take_the_same_time) {
  constexpr std::size_t kRounds = 16;
  const std::string nobody = new_email();
  const auto timed_us = [&](const std::string& email) {
    const auto start = std::chrono::steady_clock::now();
    expect_rejected(sign_in(email, "Not-the-password1!"), RejectReason::WrongCredentials);
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start)
        .count();
  };
  std::vector<std::int64_t> wrong;
  std::vector<std::int64_t> unknown;
  for (std::size_t i = 0; i < kRounds; ++i) {  // in turns: what else the machine does hits both alike
    wrong.push_back(timed_us(person_.email));
    unknown.push_back(timed_us(nobody));
  }
  // Lower quartiles: a machine that is busy makes some rounds longer and none shorter.
  std::sort(wrong.begin(), wrong.end());
  std::sort(unknown.begin(), unknown.end());
  const std::int64_t wrong_us = wrong[kRounds / 4];
  const std::int64_t unknown_us = unknown[kRounds / 4];
  EXPECT_LT(std::abs(wrong_us - unknown_us), std::max<std::int64_t>(wrong_us / 3, 2000))
      << "lower quartiles: wrong password " << wrong_us << " us, unknown account " << unknown_us << " us";
}

TEST_F(ProviderSignIn, emails_compare_case_insensitively) {
  const auto outcome = sign_in(upper(person_.email), person_.password);
  EXPECT_EQ(expect_outcome<Authenticated>(outcome).account.subject, person_.subject);
}

TEST_F(ProviderSignIn, passwords_are_compared_whole) {
  for (const std::string& wrong :
       {person_.password.substr(1), person_.password.substr(0, person_.password.size() - 1),
        upper(person_.password), " " + person_.password, person_.password + std::string(1, '\0')})
    expect_rejected(sign_in(person_.email, wrong), RejectReason::WrongCredentials);
}

TEST_F(ProviderSignIn, many_sign_in_at_once) {
  std::atomic<int> authenticated{0};
  std::atomic<int> rejected{0};
  at_once(8, [&](int i) {
    const std::string password = i % 2 == 0 ? person_.password : "Not-the-password1!";
    const auto outcome = call(SignIn{person_.email, Secret(password)});
    if (!outcome) return;
    if (std::holds_alternative<Authenticated>(*outcome)) ++authenticated;
    if (std::holds_alternative<Rejected>(*outcome)) ++rejected;
  });
  EXPECT_EQ(authenticated, 4);
  EXPECT_EQ(rejected, 4);
}

TEST_F(ProviderSignIn, check_37_without_its_store_a_provider_cannot_decide) {
  const std::int64_t before = services_.credential_calls();
  services_.break_down();
  const auto right = call(SignIn{person_.email, Secret(person_.password)});
  const auto wrong = call(SignIn{person_.email, Secret("Not-the-password1!")});
  if (services_.credential_calls() == before) GTEST_SKIP() << "keeps no credentials with the host";
  EXPECT_FALSE(right);
  EXPECT_FALSE(wrong) << "a store that is down is no wrong password";
  services_.repair();
  expect_outcome<Authenticated>(sign_in(person_.email, person_.password), "afterwards");
}

TEST_F(ProviderSignIn, a_deadline_that_has_passed_is_noticed) {
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = call(SignIn{person_.email, Secret(person_.password)}, -1);
  EXPECT_LT(elapsed_ms_since(start), 5000);
  if (!outcome) {
    EXPECT_EQ(outcome.error().kind, ErrorKind::DeadlineExceeded);
  }
  expect_outcome<Authenticated>(sign_in(person_.email, person_.password), "afterwards");
}

TEST_F(ProviderSignUp, a_new_account_can_sign_in) {
  const std::string email = "Mixed." + new_email();
  const auto made = sign_up(email, std::string(kPassword));
  const auto& account = expect_outcome<Authenticated>(made).account;
  expect_same_email(account.email, email);
  EXPECT_EQ(account.full_name, "Some Body");
  EXPECT_NE(account.subject, person_.subject);
  const auto outcome = sign_in(email, std::string(kPassword));
  EXPECT_EQ(expect_outcome<Authenticated>(outcome).account.subject, account.subject);
}

TEST_F(ProviderSignUp, a_taken_email_is_refused) {
  expect_rejected(sign_up(person_.email, "Other-password9!"), RejectReason::AccountExists);
  expect_rejected(sign_up(upper(person_.email), "Other-password9!"), RejectReason::AccountExists);
  expect_rejected(sign_in(person_.email, "Other-password9!"), RejectReason::WrongCredentials);
  expect_outcome<Authenticated>(sign_in(person_.email, person_.password));
}

TEST_F(ProviderSignUp, of_concurrent_sign_ups_with_one_email_one_succeeds) {
  constexpr int kRivals = 8;
  const std::string email = new_email();
  std::atomic<int> authenticated{0};
  std::atomic<int> exists{0};
  at_once(kRivals, [&](int) {
    const auto outcome = call(SignUp{email, Secret(std::string(kPassword)), std::nullopt});
    if (!outcome) return;
    if (std::holds_alternative<Authenticated>(*outcome)) ++authenticated;
    if (const auto* no = std::get_if<Rejected>(&*outcome); no && no->reason == RejectReason::AccountExists)
      ++exists;
  });
  EXPECT_EQ(authenticated, 1);
  EXPECT_EQ(exists, kRivals - 1);
}

TEST_F(ProviderSignUp, check_37_without_its_store_nobody_signs_up) {
  const std::int64_t before = services_.credential_calls();
  const std::string email = new_email();
  services_.break_down();
  const auto outcome = call(SignUp{email, Secret(std::string(kPassword)), std::nullopt});
  services_.repair();
  if (services_.credential_calls() == before) GTEST_SKIP() << "keeps no credentials with the host";
  EXPECT_FALSE(outcome);
  expect_rejected(sign_in(email, std::string(kPassword)), RejectReason::WrongCredentials);
}

TEST_F(ProviderSignUp, check_20_long_passwords_are_not_cut) {
  const std::string email = new_email();
  const std::string password = "Aa1!" + std::string(196, 'x');
  expect_outcome<Authenticated>(sign_up(email, password));
  expect_outcome<Authenticated>(sign_in(email, password));
  for (const std::size_t size : {56U, 64U, 72U, 128U, 199U})
    expect_rejected(sign_in(email, password.substr(0, size)), RejectReason::WrongCredentials);
}

TEST_F(ProviderSignUp, a_changed_password_replaces_the_old_one) {
  const std::string next = "Another-secret9!";
  const auto change = [&](const std::string& whose, const std::string& current) {
    return answer(ChangePassword{whose, Secret(current), Secret(next)});
  };
  const auto wrong = change(person_.subject, "Not-the-password1!");
  if (const auto* no = std::get_if<Rejected>(&wrong); no && no->reason == RejectReason::OperationNotAllowed)
    GTEST_SKIP() << "changing passwords is not allowed";
  expect_rejected(wrong, RejectReason::WrongCredentials);
  expect_rejected(change(unique_uuid(), person_.password), RejectReason::WrongCredentials);
  expect_outcome<Authenticated>(sign_in(person_.email, person_.password), "nothing has changed yet");

  const auto changed = change(person_.subject, person_.password);
  EXPECT_EQ(expect_outcome<Authenticated>(changed).account.subject, person_.subject);
  expect_rejected(sign_in(person_.email, person_.password), RejectReason::WrongCredentials);
  expect_outcome<Authenticated>(sign_in(person_.email, next));
}

TEST_F(ProviderSignUp, of_concurrent_password_changes_one_succeeds) {
  constexpr int kRivals = 4;
  std::atomic<int> changed{0};
  std::array<bool, kRivals> won{};
  at_once(kRivals, [&](int i) {
    const auto outcome = call(ChangePassword{person_.subject, Secret(person_.password),
                                             Secret("Another-secret" + std::to_string(i) + "!")});
    if (!outcome || !std::holds_alternative<Authenticated>(*outcome)) return;
    won[static_cast<std::size_t>(i)] = true;
    ++changed;
  });
  if (changed == 0) GTEST_SKIP() << "changing passwords is not allowed";
  EXPECT_EQ(changed, 1) << "the others started from a password that was no longer the current one";
  for (int i = 0; i < kRivals; ++i) {
    const auto outcome = sign_in(person_.email, "Another-secret" + std::to_string(i) + "!");
    EXPECT_EQ(std::holds_alternative<Authenticated>(outcome), won[static_cast<std::size_t>(i)]) << i;
  }
}

}  // namespace
}  // namespace gateway::conformance
