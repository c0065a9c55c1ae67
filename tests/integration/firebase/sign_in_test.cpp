// Accounts of Firebase through the API: sign-up, sign-in, refresh, and Firebase's own tokens as bearers.
#include "tests/integration/firebase/firebase_gateway.hpp"

namespace gateway::testing {
namespace {

class FirebaseSignIn : public FirebaseGateway {
 protected:
  void SetUp() override { start(firebase_settings()); }
  void expect_refused(const Answer& answer, int status, const char* code) {
    EXPECT_EQ(answer.status, status) << answer.raw.body;
    EXPECT_EQ(answer.code(), code) << answer.raw.body;
    EXPECT_FALSE(answer.has("data.idToken"));
  }
};

TEST_F(FirebaseSignIn, SignUpMakesTheAccountAndTheUser) {
  const Answer answer = sign_up_as("New@Example.com", "+14155550101");
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  const std::string subject = answer.at("data.user.firebaseUid");
  const auto account = google_.find(subject);
  ASSERT_TRUE(account.has_value()) << "Google knows nothing of " << subject;
  EXPECT_EQ(account->email, "new@example.com");
  EXPECT_EQ(account->display_name, "A Person");
  EXPECT_EQ(answer.at("data.user.userType"), "Vendor");
  EXPECT_EQ(answer.at("data.user.phoneNumber"), "+14155550101");
  EXPECT_EQ(answer.at("data.user.emailVerified"), "false");
  EXPECT_EQ(answer.at("data.expiresIn"), "3600");
  EXPECT_TRUE(soon([&] { return !google_.code_sent_to("new@example.com").empty(); })) << "no mail";

  const Answer mine = me(answer.at("data.idToken"));
  ASSERT_EQ(mine.status, 200) << mine.raw.body;
  EXPECT_EQ(mine.at("data.id"), answer.at("data.user.id"));
  EXPECT_EQ(mine.at("data.firebaseUid"), subject);
  expect_refused(sign_up_as("new@example.com"), 409, "EMAIL_ALREADY_EXISTS");
}

TEST_F(FirebaseSignIn, ALoginAnswersFirebasesTokensAndTheUser) {
  const FakeAccount account = add_person("zoe@example.com");
  const Answer first = log_in_as("zoe@example.com");
  ASSERT_EQ(first.status, 200) << first.raw.body;
  EXPECT_EQ(first.at("data.user.firebaseUid"), account.local_id) << "provisioned on the spot";
  EXPECT_EQ(first.at("data.user.fullName"), "A Person");
  EXPECT_EQ(first.raw.header("Cache-Control"), "no-store");
  EXPECT_TRUE(comes_into_the_log("provisioned a user"));
  const Answer again = log_in_as("ZOE@example.com");
  EXPECT_EQ(again.at("data.user.id"), first.at("data.user.id"));

  const Answer refreshed =
      post("/api/v1/auth/refresh", json_object({{"refreshToken", first.at("data.refreshToken")}}));
  ASSERT_EQ(refreshed.status, 200) << refreshed.raw.body;
  EXPECT_EQ(refreshed.at("data.expiresIn"), "3600");
  EXPECT_EQ(me(refreshed.at("data.idToken")).at("data.id"), first.at("data.user.id"));
  EXPECT_FALSE(refreshed.at("data.refreshToken").empty());
  expect_refused(post("/api/v1/auth/refresh", R"({"refreshToken":"nobodys"})"), 401,
                 "INVALID_FIREBASE_TOKEN");
}

TEST_F(FirebaseSignIn, check_22_AWrongPasswordAndAnUnknownEmailGetOneAnswer) {
  add_person("zoe@example.com");
  for (const bool protected_emails : {false, true}) {
    google_.set_enumeration_protection(protected_emails);
    const Answer wrong = log_in_as("zoe@example.com", "Wr0ng#Password");
    const Answer unknown = log_in_as("nobody@example.com");
    const Answer no_email = log_in_as("not an email");
    expect_refused(wrong, 401, "INVALID_CREDENTIALS");
    expect_refused(unknown, 401, "INVALID_CREDENTIALS");
    expect_refused(no_email, 401, "INVALID_CREDENTIALS");
    EXPECT_EQ(wrong.at("error"), unknown.at("error"));
  }
}

TEST_F(FirebaseSignIn, WhoMayNotSignInIsToldSo) {
  const FakeAccount disabled = add_person("disabled@example.com");
  google_.change(disabled.local_id, [](FakeAccount& account) { account.disabled = true; });
  expect_refused(log_in_as("disabled@example.com"), 403, "USER_DISABLED");
  const FakeAccount guarded = add_person("guarded@example.com");
  google_.change(guarded.local_id, [](FakeAccount& account) { account.has_second_factor = true; });
  const Answer answer = log_in_as("guarded@example.com");
  expect_refused(answer, 403, "INSUFFICIENT_PERMISSIONS");
  EXPECT_NE(answer.at("error.message").find("second factor"), std::string::npos);
}

TEST_F(FirebaseSignIn, TokensAreTakenAsFirebaseMakesThem) {
  const FakeAccount account = add_person("zoe@example.com");
  // A client of Firebase's own, which never came here before.
  const std::string token = google_.id_token(account.local_id);
  EXPECT_EQ(me(token).at("data.firebaseUid"), account.local_id);
  const Answer verified = verify(token);
  EXPECT_EQ(verified.status, 200);
  EXPECT_EQ(verified.raw.header("X-Auth-Subject"), account.local_id);
  EXPECT_EQ(verified.raw.header("X-Auth-Provider"), "firebase");
  EXPECT_EQ(verified.raw.header("X-Auth-Email"), "zoe@example.com");
  const Answer described = post("/api/v1/auth/verify-token", json_object({{"idToken", token}}));
  ASSERT_EQ(described.status, 200) << described.raw.body;
  EXPECT_EQ(described.at("data.provider"), "firebase");
  EXPECT_EQ(described.at("data.subject"), account.local_id);
  EXPECT_EQ(described.at("data.claims.aud"), "demo-project");
}

TEST_F(FirebaseSignIn, check_18_ABadTokenIsRefusedByFirebasesName) {
  const FakeAccount account = add_person("zoe@example.com");
  const std::string good = google_.id_token(account.local_id);
  std::string forged = good;
  const std::size_t at = forged.rfind('.') + 10;
  forged[at] = forged[at] == 'A' ? 'B' : 'A';
  const std::string unsigned_token = good.substr(0, good.rfind('.') + 1);
  for (const std::string& bad : {forged, unsigned_token, std::string("nonsense")}) {
    const Answer answer = me(bad);
    expect_refused(answer, 401, "INVALID_FIREBASE_TOKEN");
    EXPECT_EQ(answer.raw.header("WWW-Authenticate"), R"(Bearer error="invalid_token")");
    EXPECT_EQ(verify(bad).status, 401);
    expect_refused(post("/api/v1/auth/verify-token", json_object({{"idToken", bad}})), 401,
                   "INVALID_FIREBASE_TOKEN");
  }
  clock_.advance_wall(2 * 3600 * 1000);
  expect_refused(me(good), 401, "INVALID_FIREBASE_TOKEN");
  EXPECT_EQ(verify(good).status, 401) << "it has ended";
}

}  // namespace
}  // namespace gateway::testing
