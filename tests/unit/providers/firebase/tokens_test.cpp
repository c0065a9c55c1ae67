// token.verify with revocation, refresh.exchange, tenants.
#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

class FirebaseTokens : public FirebaseTest {
 protected:
  void SetUp() override {
    run();
    person_ = add_person();
  }
  std::string refresh_token() {
    const auto outcome =
        provider().sign_in(SignIn{"zoe@example.com", Secret(std::string(kPassword))}, context());
    return std::string(authenticated_in(outcome).tokens->refresh_token.reveal());
  }
  Result<AuthenticationOutcome> refresh(const std::string& token) {
    return provider().refresh_tokens(RefreshTokens{Secret(token)}, context());
  }
  FakeAccount person_;
};

TEST_F(FirebaseTokens, without_the_check_a_token_stands_until_it_ends) {
  const std::string token = google_.id_token(person_.local_id);
  google_.change(person_.local_id, [](FakeAccount& account) { account.disabled = true; });
  EXPECT_EQ(name_of_outcome(verify(token)), "authenticated");
  EXPECT_EQ(google_.count("accounts:lookup"), 0);
}

TEST_F(FirebaseTokens, with_the_check_the_account_decides) {
  run({{"CheckRevoked", "true"}});
  const std::string token = google_.id_token(person_.local_id);
  EXPECT_EQ(name_of_outcome(verify(token)), "authenticated");
  google_.change(person_.local_id, [](FakeAccount& account) { account.disabled = true; });
  EXPECT_EQ(name_of_outcome(verify(token)), "account_disabled");
  google_.change(person_.local_id, [&](FakeAccount& account) {
    account.disabled = false;
    account.valid_since_s = now_s();
  });
  EXPECT_EQ(name_of_outcome(verify(token)), "authenticated") << "signed in since";
  google_.change(person_.local_id, [&](FakeAccount& account) { account.valid_since_s = now_s() + 1; });
  EXPECT_EQ(name_of_outcome(verify(token)), "token_revoked");
  EXPECT_EQ(name_of_outcome(provider().delete_account(DeleteAccount{person_.local_id}, context())),
            "accepted");
  EXPECT_EQ(name_of_outcome(verify(token)), "token_revoked");
}

TEST_F(FirebaseTokens, the_check_compares_when_the_person_signed_in_and_not_when_the_token_was_made) {
  run({{"CheckRevoked", "true"}});
  const std::string token = refresh_token();
  host_.advance_ms(100'000);
  google_.change(person_.local_id, [&](FakeAccount& account) { account.valid_since_s = now_s() - 50; });
  const std::string claims = json_of({{"iss", json_text("https://securetoken.google.com/demo-project")},
                                      {"aud", json_text("demo-project")},
                                      {"sub", json_text(person_.local_id)},
                                      {"auth_time", std::to_string(now_s() - 100)},
                                      {"iat", std::to_string(now_s())},
                                      {"exp", std::to_string(now_s() + 3'600)}});
  EXPECT_EQ(name_of_outcome(verify(google_.signing_key().token(claims))), "token_revoked");
}

TEST_F(FirebaseTokens, the_check_that_cannot_be_made_is_an_error) {
  run({{"CheckRevoked", "true"}});
  const std::string token = google_.id_token(person_.local_id);
  probe();
  google_.answer_next(1, {503, {}, ""}, "accounts:lookup");
  const auto outcome = provider().verify_token(VerifyToken{Secret(token)}, context());
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().kind, ErrorKind::Unavailable);
}

TEST_F(FirebaseTokens, a_refresh_brings_new_tokens_of_the_same_account) {
  const Authenticated refreshed = authenticated_in(refresh(refresh_token()));
  EXPECT_EQ(refreshed.account.subject, person_.local_id);
  EXPECT_EQ(refreshed.account.email, "zoe@example.com");
  ASSERT_TRUE(refreshed.tokens);
  EXPECT_EQ(refreshed.tokens->expires_in_s, 3'600);
}

TEST_F(FirebaseTokens, a_refresh_that_is_refused_says_why) {
  const std::string token = refresh_token();
  EXPECT_EQ(name_of_outcome(refresh("nobodys")), "invalid_token");
  google_.change(person_.local_id, [](FakeAccount& account) { account.disabled = true; });
  EXPECT_EQ(name_of_outcome(refresh(token)), "account_disabled");
  google_.change(person_.local_id, [&](FakeAccount& account) {
    account.disabled = false;
    account.valid_since_s = now_s() + 1;
  });
  EXPECT_EQ(name_of_outcome(refresh(token)), "token_expired");
  EXPECT_EQ(name_of_outcome(provider().delete_account(DeleteAccount{person_.local_id}, context())),
            "accepted");
  EXPECT_EQ(name_of_outcome(refresh(token)), "token_revoked");
}

TEST_F(FirebaseTokens, what_cannot_be_a_refresh_token_is_not_asked_about) {
  const int before = google_.count("/v1/token");
  EXPECT_EQ(name_of_outcome(refresh("")), "invalid_token");
  EXPECT_EQ(name_of_outcome(refresh(std::string(100'000, 'A'))), "invalid_token");
  EXPECT_EQ(google_.count("/v1/token"), before);
}

TEST_F(FirebaseTokens, a_refresh_that_makes_no_sense_is_an_error) {
  for (const std::string body :
       {"", "{}", R"({"id_token":"a","refresh_token":"b","expires_in":"x","user_id":"u"})",
        R"({"id_token":"a","refresh_token":"","expires_in":"3600","user_id":"u"})",
        R"({"idToken":"a","refreshToken":"b","expiresIn":"3600","localId":"u"})"}) {
    google_.answer_next(1, {200, {}, body}, "/v1/token");
    const auto outcome = refresh("some-token");
    ASSERT_FALSE(outcome.ok()) << body;
    EXPECT_EQ(outcome.error().kind, ErrorKind::Malformed) << body;
  }
}

class FirebaseTenant : public FirebaseTest {
 protected:
  FirebaseTenant() : FirebaseTest({.tenant_id = "tenant-1"}) {}
};

// The fake refuses whatever does not name the tenant, in the body or in the path.
TEST_F(FirebaseTenant, everything_is_bound_to_the_tenant) {
  run({{"TenantId", json_text("tenant-1")}});
  const auto made =
      provider().sign_up(SignUp{"zoe@example.com", Secret(std::string(kPassword)), {}}, context());
  const std::string subject = authenticated_in(made).account.subject;
  EXPECT_EQ(name_of_outcome(
                provider().sign_in(SignIn{"zoe@example.com", Secret(std::string(kPassword))}, context())),
            "authenticated");
  EXPECT_EQ(name_of_outcome(provider().get_account(GetAccount{subject}, context())), "authenticated");
  EXPECT_EQ(name_of_outcome(provider().sign_in_by_phone(SignInByPhone{"+4915112345678"}, context())),
            "authenticated");
  EXPECT_GT(google_.count("/projects/demo-project/tenants/tenant-1/accounts:lookup"), 0);
  probe();
}

}  // namespace
}  // namespace gateway::firebase
