// password.*: sign-up, sign-in, change.
#include <future>

#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

class FirebasePasswords : public FirebaseTest {
 protected:
  void SetUp() override { run(); }
  Result<AuthenticationOutcome> sign_up(const std::string& email, const std::string& password = kPassword,
                                        std::optional<std::string> name = "Zoe Example") {
    return provider().sign_up(SignUp{email, Secret(password), std::move(name)}, context());
  }
  Result<AuthenticationOutcome> sign_in(const std::string& email, const std::string& password = kPassword) {
    return provider().sign_in(SignIn{email, Secret(password)}, context());
  }
  Result<AuthenticationOutcome> change(const std::string& subject, const std::string& current,
                                       const std::string& next) {
    return provider().change_password(ChangePassword{subject, Secret(current), Secret(next)}, context());
  }
};

TEST_F(FirebasePasswords, a_sign_up_makes_an_account_and_brings_its_tokens) {
  const auto outcome = sign_up("Zoe@Example.com");
  const Authenticated& made = authenticated_in(outcome);
  EXPECT_EQ(made.account.email, "zoe@example.com");
  EXPECT_FALSE(made.account.email_verified);
  EXPECT_EQ(made.account.full_name, "Zoe Example");
  ASSERT_TRUE(made.tokens);
  EXPECT_EQ(made.tokens->expires_in_s, 3'600);
  EXPECT_EQ(name_of_outcome(verify(std::string(made.tokens->id_token.reveal()))), "authenticated");
  EXPECT_EQ(google_.find(made.account.subject)->display_name, "Zoe Example");
  EXPECT_EQ(authenticated_in(sign_in("zoe@example.com")).account.subject, made.account.subject);
}

TEST_F(FirebasePasswords, a_sign_up_that_cannot_be_says_why) {
  add_person();
  EXPECT_EQ(name_of_outcome(sign_up("ZOE@example.com")), "account_exists");
  EXPECT_EQ(name_of_outcome(sign_up("new@example.com", "short")), "weak_password");
  EXPECT_EQ(name_of_outcome(sign_up("no-at-sign")), "invalid_email");
}

// To Google a sign-up without both is an anonymous account.
TEST_F(FirebasePasswords, an_empty_email_or_password_never_reaches_google) {
  EXPECT_EQ(name_of_outcome(sign_up("", "")), "invalid_email");
  EXPECT_EQ(name_of_outcome(sign_up("")), "invalid_email");
  EXPECT_EQ(name_of_outcome(sign_up("new@example.com", "")), "weak_password");
  EXPECT_EQ(name_of_outcome(sign_up(std::string(300, 'a') + "@example.com")), "invalid_email");
  EXPECT_EQ(name_of_outcome(sign_up("new@example.com", std::string(5'000, 'a'))), "weak_password");
  EXPECT_EQ(google_.count("accounts:"), 0);
}

TEST_F(FirebasePasswords, a_sign_in_needs_one_request) {
  FakeAccount person = add_person();
  google_.change(person.local_id, [](FakeAccount& account) { account.email_verified = true; });
  probe();
  const std::size_t before = fetched().size();
  const auto outcome = sign_in("ZOE@example.com");
  EXPECT_EQ(fetched().size(), before + 1);
  const Authenticated& signed_in = authenticated_in(outcome);
  EXPECT_EQ(signed_in.account.subject, person.local_id);
  EXPECT_TRUE(signed_in.account.email_verified);
  EXPECT_EQ(signed_in.account.full_name, "Zoe Example");
  ASSERT_TRUE(signed_in.tokens);
  EXPECT_FALSE(signed_in.tokens->refresh_token.empty());
}

TEST_F(FirebasePasswords, check_22_every_wrong_pair_gets_the_same_answer) {
  add_person();
  for (const bool protection : {false, true}) {
    google_.set_enumeration_protection(protection);
    const auto wrong = sign_in("zoe@example.com", "Not-the-password1!");
    EXPECT_EQ(name_of_outcome(wrong), "wrong_credentials");
    for (const auto& [email, password] :
         {std::pair<std::string, std::string>("nobody@example.com", kPassword),
          {"no-at-sign", kPassword},
          {"", kPassword},
          {"zoe@example.com", ""},
          {std::string(100'000, 'a'), kPassword},
          {"zoe@example.com", std::string(100'000, 'a')}}) {
      const auto other = sign_in(email, password);
      ASSERT_TRUE(other.ok());
      EXPECT_EQ(encode(*other), encode(*wrong)) << email.substr(0, 40);
    }
  }
}

TEST_F(FirebasePasswords, check_22_an_unknown_email_costs_the_same_request_as_a_wrong_password) {
  add_person();
  const auto requests_of = [&](const std::string& email) {
    const std::size_t before = fetched().size();
    EXPECT_EQ(name_of_outcome(sign_in(email, "Not-the-password1!")), "wrong_credentials");
    return fetched().size() - before;
  };
  EXPECT_EQ(requests_of("zoe@example.com"), 1U);
  EXPECT_EQ(requests_of("nobody@example.com"), 1U);
}

TEST_F(FirebasePasswords, a_disabled_account_is_told_so_with_the_right_password) {
  const FakeAccount person = add_person();
  google_.change(person.local_id, [](FakeAccount& account) { account.disabled = true; });
  EXPECT_EQ(name_of_outcome(sign_in("zoe@example.com")), "account_disabled");
  EXPECT_EQ(name_of_outcome(sign_in("zoe@example.com", "Not-the-password1!")), "wrong_credentials");
}

TEST_F(FirebasePasswords, a_second_factor_gives_no_tokens) {
  const FakeAccount person = add_person();
  google_.change(person.local_id, [](FakeAccount& account) { account.has_second_factor = true; });
  EXPECT_EQ(name_of_outcome(sign_in("zoe@example.com")), "second_factor_required");
  EXPECT_EQ(name_of_outcome(change(person.local_id, kPassword, "Another-secret9!")),
            "second_factor_required");
}

TEST_F(FirebasePasswords, throttling_and_quota_come_through) {
  add_person();
  google_.answer_next(1, {400, {}, R"({"error":{"message":"TOO_MANY_ATTEMPTS_TRY_LATER : x"}})"},
                      "signInWithPassword");
  EXPECT_EQ(name_of_outcome(sign_in("zoe@example.com")), "too_many_attempts");
  google_.answer_next(1, {429, {{"Retry-After", "17"}}, R"({"error":{"message":"QUOTA_EXCEEDED"}})"},
                      "signInWithPassword");
  const auto quota = sign_in("zoe@example.com");
  ASSERT_FALSE(quota.ok());
  EXPECT_EQ(quota.error().kind, ErrorKind::Overloaded);
  EXPECT_EQ(quota.error().retry_after_ms, 17'000);
  google_.answer_next(1, {400, {}, R"({"error":{"message":"NEVER_SEEN_BEFORE"}})"}, "signInWithPassword");
  const auto unknown = sign_in("zoe@example.com");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().kind, ErrorKind::Unavailable);
  EXPECT_NE(unknown.error().detail.find("NEVER_SEEN_BEFORE"), std::string::npos);
}

TEST_F(FirebasePasswords, answers_that_make_no_sense_let_nobody_in) {
  add_person();
  for (const std::string body :
       {"", "<html>", "[]", "{}", R"({"localId":"x"})", R"({"localId":7,"idToken":"a"})",
        R"({"localId":"x","idToken":"a","refreshToken":"b","expiresIn":"soon"})",
        R"({"localId":"x","idToken":"a.b.c","refreshToken":"b","expiresIn":"3600"})"}) {
    google_.answer_next(1, {200, {}, body}, "signInWithPassword");
    const auto outcome = sign_in("zoe@example.com");
    ASSERT_FALSE(outcome.ok()) << body;
    EXPECT_EQ(outcome.error().kind, ErrorKind::Malformed) << body;
  }
}

TEST_F(FirebasePasswords, check_26_an_id_token_of_another_account_lets_nobody_in) {
  add_person();
  const FakeAccount other = add_person("other@example.com");
  google_.answer_next(1,
                      {200,
                       {},
                       R"({"localId":"fake-account-1","refreshToken":"r","expiresIn":"3600","idToken":")" +
                           google_.id_token(other.local_id) + R"("})"},
                      "signInWithPassword");
  EXPECT_FALSE(sign_in("zoe@example.com").ok());
}

TEST_F(FirebasePasswords, without_keys_the_account_is_looked_up) {
  const FakeAccount person = add_person();
  google_.answer_next(100, {503, {}, ""}, "/robot/");
  const Authenticated signed_in = authenticated_in(sign_in("zoe@example.com"));
  EXPECT_EQ(signed_in.account.subject, person.local_id);
  EXPECT_EQ(signed_in.account.full_name, "Zoe Example");
  EXPECT_TRUE(signed_in.tokens);
}

TEST_F(FirebasePasswords, a_google_that_is_away_decides_nothing) {
  add_person();
  for (const ErrorKind kind : {ErrorKind::Unavailable, ErrorKind::DeadlineExceeded, ErrorKind::Overloaded}) {
    host_.advance_ms(2'000);  // the access token may be asked for again
    set_away(Error{kind, "away", 3'000});
    for (const auto& outcome :
         {sign_in("zoe@example.com"), sign_in("nobody@example.com"), sign_up("new@example.com"),
          change("fake-account-1", kPassword, "Another-secret9!")}) {
      ASSERT_FALSE(outcome.ok());
      EXPECT_EQ(outcome.error().kind, kind);
      EXPECT_EQ(outcome.error().retry_after_ms, 3'000);
    }
  }
}

TEST_F(FirebasePasswords, a_changed_password_replaces_the_old_one) {
  const FakeAccount person = add_person();
  EXPECT_EQ(name_of_outcome(change(person.local_id, "Not-the-password1!", "Another-secret9!")),
            "wrong_credentials");
  EXPECT_EQ(name_of_outcome(change(person.local_id, kPassword, "short")), "weak_password");
  EXPECT_EQ(name_of_outcome(change(person.local_id, kPassword, "")), "weak_password");
  EXPECT_EQ(google_.find(person.local_id)->password, kPassword);
  const Authenticated changed = authenticated_in(change(person.local_id, kPassword, "Another-secret9!"));
  EXPECT_EQ(changed.account.subject, person.local_id);
  ASSERT_TRUE(changed.tokens);
  EXPECT_EQ(name_of_outcome(verify(std::string(changed.tokens->id_token.reveal()))), "authenticated");
  EXPECT_EQ(name_of_outcome(sign_in("zoe@example.com")), "wrong_credentials");
  EXPECT_EQ(name_of_outcome(sign_in("zoe@example.com", "Another-secret9!")), "authenticated");
}

TEST_F(FirebasePasswords, nobodys_password_cannot_be_changed) {
  FakeAccount caller;
  caller.phone_number = "+4915112345678";
  const FakeAccount phone_only = google_.add_account(caller);
  for (const std::string& subject :
       {std::string("nobody"), std::string(), std::string(100'000, 'x'), phone_only.local_id})
    EXPECT_EQ(name_of_outcome(change(subject, kPassword, "Another-secret9!")), "wrong_credentials")
        << subject.substr(0, 20);
  EXPECT_EQ(name_of_outcome(change("nobody", "", "Another-secret9!")), "wrong_credentials");
}

TEST_F(FirebasePasswords, of_concurrent_changes_one_succeeds) {
  const FakeAccount person = add_person();
  std::promise<void> inside;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<bool> first{true};
  google_.before_each([&](const std::string& target) {
    if (target.find("accounts:update") == std::string::npos || !first.exchange(false)) return;
    inside.set_value();
    released.wait();
  });
  auto slow =
      std::async(std::launch::async, [&] { return change(person.local_id, kPassword, "First-secret9!"); });
  inside.get_future().wait();
  const auto rival = change(person.local_id, kPassword, "Second-secret9!");
  EXPECT_FALSE(rival.ok()) << name_of_outcome(rival);
  release.set_value();
  EXPECT_EQ(name_of_outcome(slow.get()), "authenticated");
  EXPECT_EQ(google_.find(person.local_id)->password, "First-secret9!");
  EXPECT_EQ(name_of_outcome(change(person.local_id, "First-secret9!", "Third-secret9!")), "authenticated")
      << "afterwards";
  google_.before_each({});
}

// Another instance changes it between the check and the change: Google ends the checked session.
TEST_F(FirebasePasswords, a_session_that_ended_meanwhile_is_a_wrong_password) {
  const FakeAccount person = add_person();
  google_.before_each([&](const std::string& target) {
    if (target.find("/accounts:update") != std::string::npos)
      google_.change(person.local_id, [&](FakeAccount& account) { account.valid_since_s = now_s() + 1; });
  });
  EXPECT_EQ(name_of_outcome(change(person.local_id, kPassword, "Another-secret9!")), "wrong_credentials");
  EXPECT_EQ(google_.find(person.local_id)->password, kPassword);
}

}  // namespace
}  // namespace gateway::firebase
