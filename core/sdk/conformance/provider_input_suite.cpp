// What people, and programs that look for holes, type into the fields of a provider.
#include "provider_suite.hpp"

namespace gateway::conformance {
namespace {

class ProviderInput : public ProviderSuite {
 protected:
  void SetUp() override {
    if (!subject().has("password")) GTEST_SKIP() << "no capability 'password'";
  }
};

std::vector<std::string> odd_texts() {
  std::string many_marks = "e";
  for (int i = 0; i < 500; ++i)
    many_marks += "\xcc\x81";  // combining acute accent
  return {
      "",
      " ",
      "@",
      std::string(1, '\0'),
      std::string("nul\0@example.com", 16),
      "no-at-sign",
      "two@@example.com",
      "line\r\nbreak@example.com",
      "' OR '1'='1",
      "\"; DROP TABLE users; --@example.com",
      "%s%n%x@example.com",
      "${jndi:ldap://example.com}",
      "../../etc/passwd",
      "<script>@example.com",
      std::string("\xe2\x80") + "\xae" + "evil@example.com",  // right-to-left override
      "\xef\xbf\xbf@example.com",                             // U+FFFF, not a character
      "\xf0\x9f\x90\x99@\xe4\xbe\x8b\xe3\x81\x88.example",
      "\xef\xac\x81@example.com",  // ligature fi, which NFKC takes apart
      many_marks + "@example.com",
      std::string(255, 'a') + "@example.com",
      std::string(100'000, 'a') + "@example.com",
      std::string(1'000'000, '@'),
  };
}

TEST_F(ProviderInput, odd_emails_are_answered_and_authenticate_nobody) {
  for (const std::string& email : odd_texts())
    expect_outcome<Rejected>(sign_in(email, std::string(kPassword)), email.substr(0, 60));
}

TEST_F(ProviderInput, odd_passwords_are_answered_and_authenticate_nobody) {
  const auto person = somebody();
  if (!person) GTEST_SKIP() << "nobody has an account here";
  for (const std::string& password : odd_texts())
    expect_outcome<Rejected>(sign_in(person->email, password), password.substr(0, 60));
  expect_outcome<Authenticated>(sign_in(person->email, person->password));
}

TEST_F(ProviderInput, odd_sign_ups_are_refused_or_work) {
  for (const std::string& odd : odd_texts()) {
    const auto by_email = sign_up(odd, std::string(kPassword));
    if (std::holds_alternative<Authenticated>(by_email))
      expect_outcome<Authenticated>(sign_in(odd, std::string(kPassword)), odd.substr(0, 60));
    const std::string email = new_email();
    const auto by_password = sign_up(email, odd);
    if (std::holds_alternative<Authenticated>(by_password))
      expect_outcome<Authenticated>(sign_in(email, odd), odd.substr(0, 60));
  }
}

TEST_F(ProviderInput, check_20_a_password_does_not_end_at_a_nul) {
  const std::string email = new_email();
  const std::string whole("Aa1!aaaaaa\0bbbbbb", 17);
  if (!std::holds_alternative<Authenticated>(sign_up(email, whole))) GTEST_SKIP() << "refused at sign-up";
  expect_rejected(sign_in(email, whole.substr(0, 10)), RejectReason::WrongCredentials);
  expect_rejected(sign_in(email, whole.substr(0, 11) + "cccccc"), RejectReason::WrongCredentials);
  expect_outcome<Authenticated>(sign_in(email, whole));
}

TEST_F(ProviderInput, odd_subjects_are_nobody) {
  for (const std::string& odd : odd_texts()) {
    expect_outcome<Rejected>(
        answer(ChangePassword{odd, Secret(std::string(kPassword)), Secret("Another-secret9!")}));
    if (!subject().has("account-admin")) continue;
    expect_outcome<Rejected>(answer(GetAccount{odd}));
    expect_outcome<Rejected>(answer(SetAccountDisabled{odd, true}));
    expect_outcome<Accepted>(answer(DeleteAccount{odd}));
  }
}

}  // namespace
}  // namespace gateway::conformance
