// phone.sign_in and social.sign_in, and the custom tokens behind the first.
#include <future>

#include "providers/firebase/custom_token.hpp"
#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

constexpr const char* kPhone = "+4915112345678";

class FirebasePhone : public FirebaseTest {
 protected:
  void SetUp() override { run(); }
  Result<AuthenticationOutcome> sign_in(const std::string& number = kPhone) {
    return provider().sign_in_by_phone(SignInByPhone{number}, context());
  }
};

TEST_F(FirebasePhone, a_number_leads_to_one_account_with_tokens) {
  const Authenticated first = authenticated_in(sign_in());
  EXPECT_EQ(first.account.phone_number, kPhone);
  EXPECT_TRUE(first.account.phone_verified);
  ASSERT_TRUE(first.tokens);
  EXPECT_EQ(name_of_outcome(verify(std::string(first.tokens->id_token.reveal()))), "authenticated");
  EXPECT_EQ(google_.find(first.account.subject)->phone_number, kPhone);
  const Authenticated again = authenticated_in(sign_in());
  EXPECT_EQ(again.account.subject, first.account.subject);
}

TEST_F(FirebasePhone, an_account_that_is_there_is_taken) {
  FakeAccount account;
  account.phone_number = kPhone;
  account.email = "zoe@example.com";
  account = google_.add_account(account);
  const Authenticated signed_in = authenticated_in(sign_in());
  EXPECT_EQ(signed_in.account.subject, account.local_id);
  EXPECT_EQ(signed_in.account.email, "zoe@example.com");
}

TEST_F(FirebasePhone, an_account_that_is_deleted_meanwhile_stays_deleted) {
  const std::string subject = authenticated_in(sign_in()).account.subject;
  google_.before_each([&](const std::string& target) {
    if (target.find("signInWithCustomToken") != std::string::npos) google_.forget(subject);
  });
  EXPECT_EQ(name_of_outcome(sign_in()), "wrong_credentials");
  google_.before_each({});
  EXPECT_FALSE(google_.find(subject));
}

TEST_F(FirebasePhone, two_at_once_with_a_new_number_get_one_account) {
  std::atomic<bool> first{true};
  google_.before_each([&](const std::string& target) {
    if (target != "/v1/projects/demo-project/accounts" || !first.exchange(false)) return;
    FakeAccount rival;  // comes between the lookup and the creation
    rival.local_id = "rival";
    rival.phone_number = kPhone;
    google_.add_account(rival);
  });
  EXPECT_EQ(authenticated_in(sign_in()).account.subject, "rival");
  google_.before_each({});
}

TEST_F(FirebasePhone, many_at_once_get_one_account) {
  probe();
  std::vector<std::future<Result<AuthenticationOutcome>>> all;
  for (int i = 0; i < 8; ++i)
    all.push_back(std::async(std::launch::async, [&] { return sign_in(); }));
  std::set<std::string> subjects;
  for (auto& one : all)
    subjects.insert(authenticated_in(one.get()).account.subject);
  EXPECT_EQ(subjects.size(), 1U);
}

TEST_F(FirebasePhone, what_is_no_number_is_refused_without_asking) {
  for (const std::string number :
       {"", "+", "4915112345678", "+04915112345678", "+49 151 1234567", "+49151a", "+1234567890123456"})
    EXPECT_EQ(name_of_outcome(sign_in(number)), "invalid_phone_number") << number;
  EXPECT_TRUE(fetched().empty());
}

TEST_F(FirebasePhone, a_disabled_account_is_refused) {
  const std::string subject = authenticated_in(sign_in()).account.subject;
  google_.change(subject, [](FakeAccount& account) { account.disabled = true; });
  EXPECT_EQ(name_of_outcome(sign_in()), "account_disabled");
}

TEST_F(FirebasePhone, a_credential_of_another_project_is_an_error_for_the_operator) {
  probe();
  google_.answer_next(1, {400, {}, R"({"error":{"message":"CREDENTIAL_MISMATCH"}})"},
                      "signInWithCustomToken");
  const auto outcome = sign_in();
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.error().detail.find("CREDENTIAL_MISMATCH"), std::string::npos);
}

TEST_F(FirebasePhone, a_custom_token_says_what_google_asks_for) {
  const ServiceAccount account = *parse_service_account(Secret(google_.service_account_json()));
  const auto token = make_custom_token(account, "person-1", "", now_s());
  ASSERT_TRUE(token.ok());
  const auto claims = google_.service_account_key().payload_of(token->reveal());
  ASSERT_TRUE(claims) << "signed by the service account";
  const auto json = parse_json(*claims);
  EXPECT_EQ(text_of((*json)["iss"]), account.client_email);
  EXPECT_EQ(text_of((*json)["sub"]), account.client_email);
  EXPECT_EQ(text_of((*json)["uid"]), "person-1");
  EXPECT_EQ(text_of((*json)["aud"]),
            "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit");
  EXPECT_LE((*json)["exp"].GetInt64() - (*json)["iat"].GetInt64(), 3'600);
  EXPECT_FALSE(json->HasMember("tenant_id"));
  EXPECT_FALSE(make_custom_token(account, "", "", now_s()).ok());
  EXPECT_FALSE(make_custom_token(account, std::string(129, 's'), "", now_s()).ok());
}

class FirebaseSocial : public FirebaseTest {
 protected:
  void SetUp() override {
    run();
    google_.add_identity("google-token", {"google.com", "g-1", "zoe@example.com", "Zoe Example"});
    google_.add_identity("apple-token", {"apple.com", "a-1", "zoe@example.com", "Zoe Example"});
  }
  Result<AuthenticationOutcome> sign_in(const std::string& service, const std::string& token) {
    return provider().sign_in_with_social_token(SignInWithSocialToken{service, Secret(token)}, context());
  }
  void answer(const std::string& body) { google_.answer_next(1, {200, {}, body}, "signInWithIdp"); }
};

TEST_F(FirebaseSocial, a_token_is_exchanged_for_an_account) {
  const Authenticated first = authenticated_in(sign_in("google.com", "google-token"));
  EXPECT_EQ(first.account.email, "zoe@example.com");
  EXPECT_TRUE(first.account.email_verified);
  EXPECT_EQ(first.account.full_name, "Zoe Example");
  EXPECT_TRUE(first.tokens);
  EXPECT_EQ(authenticated_in(sign_in("google.com", "google-token")).account.subject, first.account.subject);
}

TEST_F(FirebaseSocial, check_26_an_account_that_signed_in_otherwise_is_not_linked) {
  add_person();
  EXPECT_EQ(name_of_outcome(sign_in("apple.com", "apple-token")), "account_exists");
}

TEST_F(FirebaseSocial, a_token_that_nobody_issued_is_refused) {
  for (const std::string& token : {std::string("nobodys"), std::string("a&providerId=google.com"),
                                   std::string("%00"), std::string("nul\0nul", 7)})
    EXPECT_EQ(name_of_outcome(sign_in("google.com", token)), "invalid_token") << token;
  EXPECT_EQ(name_of_outcome(sign_in("apple.com", "google-token")), "invalid_token") << "another service's";
}

TEST_F(FirebaseSocial, an_error_can_come_with_status_200) {
  answer(
      R"({"errorMessage":"INVALID_IDP_RESPONSE : zoe@example.com","localId":"x","idToken":"a","refreshToken":"b","expiresIn":"3600"})");
  EXPECT_EQ(name_of_outcome(sign_in("google.com", "google-token")), "invalid_token");
  answer(R"({"errorMessage":"FEDERATED_USER_ID_ALREADY_LINKED"})");
  EXPECT_EQ(name_of_outcome(sign_in("google.com", "google-token")), "account_exists");
  answer(R"({"errorMessage":"EMAIL_EXISTS"})");
  EXPECT_EQ(name_of_outcome(sign_in("google.com", "google-token")), "account_exists");
  answer(R"({"errorMessage":"SOMETHING_ELSE : zoe@example.com"})");
  const auto unknown = sign_in("google.com", "google-token");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().detail.find("SOMETHING_ELSE"), std::string::npos);
  EXPECT_EQ(unknown.error().detail.find("zoe"), std::string::npos);
}

TEST_F(FirebaseSocial, neither_confirmation_nor_a_second_factor_brings_tokens) {
  answer(R"({"needConfirmation":true,"verifiedProvider":["password"],"email":"zoe@example.com"})");
  EXPECT_EQ(name_of_outcome(sign_in("google.com", "google-token")), "account_exists");
  answer(R"({"localId":"x","mfaPendingCredential":"p","mfaInfo":[{}]})");
  EXPECT_EQ(name_of_outcome(sign_in("google.com", "google-token")), "second_factor_required");
  answer(R"({"localId":"x"})");
  EXPECT_FALSE(sign_in("google.com", "google-token").ok());
}

TEST_F(FirebaseSocial, what_cannot_be_is_refused_without_asking) {
  EXPECT_EQ(name_of_outcome(sign_in("google.com", "")), "invalid_token");
  EXPECT_EQ(name_of_outcome(sign_in("google.com", std::string(100'000, 'A'))), "invalid_token");
  for (const std::string service : {"", "google.com&x=y", "Google.com", "a b"})
    EXPECT_EQ(name_of_outcome(sign_in(service, "google-token")), "operation_not_allowed") << service;
  EXPECT_EQ(google_.count("signInWithIdp"), 0);
}

}  // namespace
}  // namespace gateway::firebase
