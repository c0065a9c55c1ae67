// The fixture of the provider suites: a fresh, started provider with in-memory services, and people in it. A
// test whose capability the manifest does not list, or whose people cannot be made, is skipped.
#pragma once

#include <algorithm>
#include <cctype>

#include <gateway/conformance/provider_services.hpp>
#include <gateway/provider.hpp>

#include "testing.hpp"

namespace gateway::conformance {

// Different on purpose from anything else in the suites, so that it can be looked for in logs.
inline constexpr std::string_view kPassword = "Correct-horse7-battery!";

struct Person {
  std::string email;
  std::string password;
  std::string subject;
};

inline std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

class ProviderSuite : public testing::Test {
 protected:
  ProviderSuite() : plugin_(must(PluginInstance::run(subject().library, host_, subject().config), "start")) {}

  // What a provider says or keeps never ends up in a log (check 34).
  void TearDown() override {
    EXPECT_EQ(host_.logged().find(kPassword), std::string::npos) << "a password was logged";
    EXPECT_EQ(host_.logged().find("$argon2"), std::string::npos) << "a password hash was logged";
  }

  template <class Operation>
  Result<typename Operation::Reply> call(const Operation& operation, std::int64_t within_ms = 60'000) const {
    return plugin_.call(operation, host_.context(within_ms));
  }
  template <class Operation>
  typename Operation::Reply answer(const Operation& operation) const {
    return must(call(operation), Operation::kOperation);
  }
  template <class Outcome>
  void expect_rejected(const Outcome& outcome, RejectReason reason, std::string_view what = "") const {
    EXPECT_EQ(name_of(expect_outcome<Rejected>(outcome, what).reason), name_of(reason)) << what;
  }

  // A provider may keep an email as it was written or in lower case.
  void expect_same_email(const std::optional<std::string>& email, const std::string& written) const {
    ASSERT_TRUE(email);
    EXPECT_EQ(upper(*email), upper(written));
  }

  AuthenticationOutcome sign_up(const std::string& email, const std::string& password) const {
    return answer(SignUp{email, Secret(password), "Some Body"});
  }
  AuthenticationOutcome sign_in(const std::string& email, const std::string& password) const {
    return answer(SignIn{email, Secret(password)});
  }
  std::string new_email() const { return unique("person-") + "@example.com"; }

  // Somebody new, or nobody where this provider lets nobody sign up.
  std::optional<Person> signed_up() const {
    const Person person{new_email(), std::string(kPassword), ""};
    const auto outcome = sign_up(person.email, person.password);
    if (const auto* rejected = std::get_if<Rejected>(&outcome);
        rejected && rejected->reason == RejectReason::OperationNotAllowed)
      return std::nullopt;
    const auto& account = expect_outcome<Authenticated>(outcome, "password.sign_up").account;
    return Person{person.email, person.password, account.subject};
  }
  // Somebody with an account: new where possible, else the one given with --account.
  std::optional<Person> somebody() const {
    if (auto person = signed_up()) return person;
    const auto& known = subject().account;
    if (!known) return std::nullopt;
    const auto outcome = sign_in(known->email, std::string(known->password.reveal()));
    const auto& account = expect_outcome<Authenticated>(outcome, "signing in to --account").account;
    return Person{known->email, std::string(known->password.reveal()), account.subject};
  }

  ProviderServices services_{"conformance", subject().fetch};
  TestHost host_{services_.handler(), "Test", subject().clock()};
  PluginInstance plugin_;
};

// A provider with passwords and somebody who has one.
class ProviderWithPerson : public ProviderSuite {
 protected:
  void SetUp() override {
    if (!subject().has("password")) GTEST_SKIP() << "no capability 'password'";
    auto person = somebody();
    if (!person) GTEST_SKIP() << "sign-up is not allowed and no --account is given";
    person_ = *person;
  }
  Person person_;
};

// A provider where people can sign up, and somebody who has.
class ProviderWithSignUp : public ProviderSuite {
 protected:
  void SetUp() override {
    if (!subject().has("password")) GTEST_SKIP() << "no capability 'password'";
    auto person = signed_up();
    if (!person) GTEST_SKIP() << "sign-up is not allowed";
    person_ = *person;
  }
  Person person_;
};

}  // namespace gateway::conformance
