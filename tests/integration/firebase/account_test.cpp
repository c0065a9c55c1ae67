// What ends sessions, changes passwords and comes by mail, with the accounts at Firebase.
#include "tests/integration/firebase/firebase_gateway.hpp"

namespace gateway::testing {
namespace {

class FirebaseAccounts : public FirebaseGateway {
 protected:
  void begin(const std::string& more = "") {
    settings_ = firebase_settings(more);
    start(settings_);
    account_ = add_person("zoe@example.com");
    const Answer signed_in = log_in_as("zoe@example.com");
    ASSERT_EQ(signed_in.status, 200) << signed_in.raw.body;
    token_ = signed_in.at("data.idToken");
    refresh_token_ = signed_in.at("data.refreshToken");
    // Firebase tells sessions apart by the second.
    clock_.advance_wall(2000);
  }
  Answer refresh() { return post("/api/v1/auth/refresh", json_object({{"refreshToken", refresh_token_}})); }
  Answer social(const std::string& token, const std::string& service = "") {
    std::vector<std::pair<std::string, std::string>> members{{"idToken", token}, {"userType", "Buyer"}};
    if (!service.empty()) members.emplace_back("provider", service);
    return post("/api/v1/auth/social", json_object(members));
  }
  std::string code_mailed_after(const std::string& before) {
    EXPECT_TRUE(soon([&] { return google_.code_sent_to("zoe@example.com") != before; })) << "no mail";
    return google_.code_sent_to("zoe@example.com");
  }

  app::Settings settings_;  // with the database of this test
  FakeAccount account_;
  std::string token_, refresh_token_;
};

TEST_F(FirebaseAccounts, check_19_LoggingOutEndsTheSessionsAtFirebase) {
  begin();
  ASSERT_EQ(refresh().status, 200);
  ASSERT_EQ(post("/api/v1/auth/logout", R"({"everywhere":true})", token_).status, 200);
  EXPECT_EQ(google_.find(account_.local_id)->valid_since_s, clock_.wall_ms() / 1000);
  const Answer refused = refresh();
  EXPECT_EQ(refused.status, 401) << refused.raw.body;
  EXPECT_EQ(refused.code(), "INVALID_FIREBASE_TOKEN");
  EXPECT_EQ(log_in_as("zoe@example.com").status, 200);
}

TEST_F(FirebaseAccounts, check_19_WithCheckRevokedTheIdTokenEndsWithTheSession) {
  begin(R"(,"CheckRevoked":true)");
  ASSERT_EQ(me(token_).status, 200);
  ASSERT_EQ(post("/api/v1/auth/logout", "{}", token_).status, 200);
  EXPECT_EQ(me(token_).code(), "INVALID_FIREBASE_TOKEN");
  EXPECT_EQ(verify(token_).status, 401);
  const std::string later = token_of("zoe@example.com");
  ASSERT_EQ(me(later).status, 200);
  google_.change(account_.local_id, [](FakeAccount& account) { account.disabled = true; });
  EXPECT_EQ(post("/api/v1/auth/verify-token", json_object({{"idToken", later}})).code(), "USER_DISABLED");
}

// Without CheckRevoked: the gateway knows itself when it has ended the sessions.
TEST_F(FirebaseAccounts, check_19_AnIdTokenFromBeforeALogoutIsOver) {
  begin();
  ASSERT_EQ(me(token_).status, 200);
  const std::string other_device = token_of("zoe@example.com");  // in the second of the logout's end
  clock_.advance_wall(1000);
  ASSERT_EQ(post("/api/v1/auth/logout", R"({"everywhere":true})", token_).status, 200);
  for (const std::string& token : {token_, other_device}) {
    EXPECT_EQ(me(token).code(), "INVALID_FIREBASE_TOKEN");
    EXPECT_EQ(verify(token).status, 401);
    EXPECT_EQ(social(token).status, 401);
    EXPECT_EQ(post("/api/v1/auth/verify-token", json_object({{"idToken", token}})).status, 401);
  }
  const std::string later = token_of("zoe@example.com");
  EXPECT_EQ(me(later).status, 200) << "signed in anew, in the same second";
  EXPECT_EQ(verify(later).status, 200);
}

TEST_F(FirebaseAccounts, check_19_ALogoutIsHeardByTheOtherInstances) {
  begin();
  if (settings_.plugins.front().name == "memory") GTEST_SKIP() << "memory is not shared";
  runtime::Metrics metrics;
  app::Application other(settings_, plugin::HostContext{logger_, clock_, random_, metrics});
  ASSERT_TRUE(other.start().empty());
  ask(other.port());
  ASSERT_EQ(me(token_).status, 200);
  ASSERT_EQ(verify(token_).status, 200) << "known by now";
  ask(0);
  ASSERT_EQ(post("/api/v1/auth/logout", "{}", token_).status, 200);
  ask(other.port());
  EXPECT_TRUE(soon([&] { return verify(token_).status == 401; }));
  EXPECT_EQ(me(token_).code(), "INVALID_FIREBASE_TOKEN");
  ask(0);
  other.stop();
}

// A Google that did not hear of it goes on with the session, and its tokens say from when it is.
TEST_F(FirebaseAccounts, check_19_ASessionThatGoogleKeepsIsOverHere) {
  begin();
  google_is(OriginFault::CloseWithoutAnswer, "accounts:update");
  EXPECT_EQ(post("/api/v1/auth/logout", "{}", token_).status, 503) << "the person is told";
  google_is(OriginFault::None);
  EXPECT_EQ(google_.find(account_.local_id)->valid_since_s, 0);
  EXPECT_EQ(me(token_).status, 401);
  EXPECT_EQ(refresh().code(), "INVALID_FIREBASE_TOKEN");
  EXPECT_EQ(me(token_of("zoe@example.com")).status, 200);
}

TEST_F(FirebaseAccounts, check_19_WhoIsDisabledAndEnabledAgainHasToSignIn) {
  begin();
  const Person admin = make_admin("admin@example.com");
  const std::string path = "/api/v1/users/" + me(token_).at("data.id");
  ASSERT_EQ(call("PUT", path, R"({"status":"Suspended"})", admin.token).status, 200);
  EXPECT_EQ(me(token_).code(), "USER_DISABLED");
  ASSERT_EQ(call("PUT", path, R"({"status":"Active"})", admin.token).status, 200);
  EXPECT_EQ(me(token_).code(), "INVALID_FIREBASE_TOKEN");
  EXPECT_EQ(me(token_of("zoe@example.com")).status, 200);
}

TEST_F(FirebaseAccounts, AChangedPasswordIsTheOnlyOne) {
  begin();
  const auto change = [&](const std::string& current) {
    return post("/api/v1/auth/change-password",
                json_object({{"currentPassword", current}, {"newPassword", "An0ther#Password"}}), token_);
  };
  EXPECT_EQ(change("Wr0ng#Password").code(), "INVALID_CREDENTIALS");
  const Answer changed = change(kPassword);
  ASSERT_EQ(changed.status, 200) << changed.raw.body;
  EXPECT_EQ(me(changed.at("data.idToken")).status, 200);
  EXPECT_EQ(
      post("/api/v1/auth/refresh", json_object({{"refreshToken", changed.at("data.refreshToken")}})).status,
      200);
  EXPECT_EQ(refresh().status, 401) << "the other sessions";
  EXPECT_EQ(me(token_).status, 401);
  EXPECT_EQ(log_in_as("zoe@example.com").code(), "INVALID_CREDENTIALS");
  EXPECT_EQ(log_in_as("zoe@example.com", "An0ther#Password").status, 200);
}

// Google's tokens of a change are of the second in which it began.
TEST_F(FirebaseAccounts, TheTokensOfAChangedPasswordOutliveItHoweverSlowGoogleIs) {
  begin();
  after_google([this](const std::string& target) {
    if (target.find("accounts:update") != std::string::npos) clock_.advance_wall(3000);
  });
  const Answer changed =
      post("/api/v1/auth/change-password",
           json_object({{"currentPassword", kPassword}, {"newPassword", "An0ther#Password"}}), token_);
  ASSERT_EQ(changed.status, 200) << changed.raw.body;
  EXPECT_EQ(me(changed.at("data.idToken")).status, 200);
}

TEST_F(FirebaseAccounts, AForgottenPasswordIsSetByTheMailedCode) {
  begin();
  const Answer known = post("/api/v1/auth/forgot-password", R"({"email":"zoe@example.com"})");
  const Answer unknown = post("/api/v1/auth/forgot-password", R"({"email":"nobody@example.com"})");
  EXPECT_EQ(known.status, 200) << known.raw.body;
  EXPECT_EQ(known.raw.body, unknown.raw.body);
  const std::string code = code_mailed_after("");
  const auto reset = [&](const std::string& with) {
    return post("/api/v1/auth/reset-password",
                json_object({{"oobCode", with}, {"newPassword", "An0ther#Password"}}));
  };
  EXPECT_EQ(reset("nobodys").code(), "INVALID_OOB_CODE");
  const Answer done = reset(code);
  ASSERT_EQ(done.status, 200) << done.raw.body;
  EXPECT_EQ(reset(code).code(), "INVALID_OOB_CODE") << "a second time";
  EXPECT_EQ(refresh().status, 401) << "the sessions from before";
  EXPECT_EQ(me(token_).status, 401);
  EXPECT_EQ(log_in_as("zoe@example.com").status, 401);
  EXPECT_EQ(log_in_as("zoe@example.com", "An0ther#Password").status, 200);
}

TEST_F(FirebaseAccounts, AnEmailIsVerifiedByTheMailedCode) {
  begin();
  ASSERT_EQ(me(token_).at("data.emailVerified"), "false");
  ASSERT_EQ(post("/api/v1/auth/resend-verification", R"({"email":"zoe@example.com"})").status, 200);
  const std::string code = code_mailed_after("");
  EXPECT_EQ(post("/api/v1/auth/verify-email", R"({"oobCode":"nobodys"})").code(), "INVALID_OOB_CODE");
  EXPECT_EQ(post("/api/v1/auth/verify-email", json_object({{"oobCode", code}})).status, 200);
  EXPECT_TRUE(google_.find(account_.local_id)->email_verified);
  EXPECT_EQ(me(token_).at("data.emailVerified"), "true");
}

TEST_F(FirebaseAccounts, SocialSignInTakesAFirebaseTokenAndExchangesOthers) {
  begin();
  const FakeAccount other = add_person("other@example.com");
  const std::string token = google_.id_token(other.local_id);
  const Answer own = social(token);
  ASSERT_EQ(own.status, 200) << own.raw.body;
  EXPECT_EQ(own.at("data.user.firebaseUid"), other.local_id);
  EXPECT_EQ(own.at("data.idToken"), token);

  google_.add_identity("a-token-of-google", {"google.com", "g-1", "grace@example.com", "Grace Example"});
  const Answer exchanged = social("a-token-of-google", "google.com");
  ASSERT_EQ(exchanged.status, 200) << exchanged.raw.body;
  EXPECT_EQ(exchanged.at("data.user.email"), "grace@example.com");
  EXPECT_EQ(exchanged.at("data.user.fullName"), "Grace Example");
  EXPECT_EQ(exchanged.at("data.user.emailVerified"), "true");
  EXPECT_EQ(me(exchanged.at("data.idToken")).at("data.id"), exchanged.at("data.user.id"));
  EXPECT_EQ(social("nobodys", "google.com").code(), "INVALID_FIREBASE_TOKEN");
  // The email is another account's, and the service is not one that Firebase trusts with it.
  google_.add_identity("a-token-of-example", {"example.com", "e-1", "zoe@example.com", "Zoe Else"});
  EXPECT_EQ(social("a-token-of-example", "example.com").code(), "EMAIL_ALREADY_EXISTS");
}

// Its ID token is good by its signature for up to an hour: it must not make the person anew.
TEST_F(FirebaseAccounts, check_19_ADeletedUserIsGoneAtFirebaseTooAndStaysGone) {
  begin();
  const Person admin = make_admin("admin@example.com");
  const std::string id = me(token_).at("data.id");
  const Answer deleted = call("DELETE", "/api/v1/users/" + id, {}, admin.token);
  EXPECT_EQ(deleted.status, 200) << deleted.raw.body;
  EXPECT_FALSE(google_.find(account_.local_id).has_value());
  clock_.advance_wall(2000);
  EXPECT_EQ(me(token_).code(), "INVALID_FIREBASE_TOKEN");
  EXPECT_EQ(verify(token_).status, 401);
  EXPECT_EQ(social(token_).status, 401);
  EXPECT_EQ(refresh().status, 401);
  EXPECT_EQ(log_in_as("zoe@example.com").code(), "INVALID_CREDENTIALS");
  EXPECT_EQ(get("/api/v1/users?status=Active", admin.token).at("data.pagination.totalItems"), "1")
      << "the administrator alone";
}

}  // namespace
}  // namespace gateway::testing
