// What goes by mail: forgotten passwords and emails to prove, with a provider that mails.
#include <chrono>
#include <thread>

#include "tests/integration/gateway/badge_fixture.hpp"

namespace gateway::testing {
namespace {

class RecoveryTest : public BadgeFixture {
 protected:
  // What is mailed is mailed in the background.
  bool comes_into_the_log(const std::string& text) const {
    for (int i = 0; i < 500; ++i) {
      if (logger_.text().find(text) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  Answer forgot(const std::string& email) {
    return post("/api/v1/auth/forgot-password", R"({"email":")" + email + R"("})");
  }
  Answer reset(const std::string& code, const std::string& password = "An0ther#Password") {
    return post("/api/v1/auth/reset-password",
                R"({"oobCode":")" + code + R"(","newPassword":")" + password + R"("})");
  }
  Answer verify(const std::string& code) {
    return post("/api/v1/auth/verify-email", R"({"oobCode":")" + code + R"("})");
  }
};

TEST_F(RecoveryTest, WithoutAProviderThatMailsAllFourSaySo) {
  start();
  EXPECT_EQ(forgot("a@example.com").code(), "NOT_SUPPORTED_BY_PROVIDER");
  EXPECT_EQ(post("/api/v1/auth/resend-verification", R"({"email":"a@example.com"})").status, 501);
  EXPECT_EQ(reset("reset.s1").status, 501);
  EXPECT_EQ(verify("verify.s1").status, 501);
}

TEST_F(RecoveryTest, check_22_AForgottenPasswordIsAnsweredAlikeWhoeverAsks) {
  start(badge_settings());
  ASSERT_EQ(me("badge.s1.verified.known").status, 200);
  const Answer known = forgot("known@example.com");
  const Answer unknown = forgot("nobody@example.com");
  EXPECT_EQ(known.status, 200) << known.raw.body;
  EXPECT_EQ(known.raw.body, unknown.raw.body);
  EXPECT_TRUE(comes_into_the_log("mailed reset_password to known@example.com"));
  EXPECT_TRUE(comes_into_the_log("mailed reset_password to nobody@example.com"));
  const Answer again = post("/api/v1/auth/resend-verification", R"({"email":"known@example.com"})");
  EXPECT_EQ(again.status, 200);
  EXPECT_TRUE(comes_into_the_log("mailed verify_email to known@example.com"));
}

TEST_F(RecoveryTest, check_25_MailsToOneEmailHaveToWaitWhoeverItIs) {
  start(badge_settings());
  ASSERT_EQ(me("badge.s1.verified.known").status, 200);
  for (const std::string email : {"known@example.com", "nobody@example.com"}) {
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(forgot(email).status, 200) << i;
    const Answer refused = forgot(email);
    EXPECT_EQ(refused.status, 429) << refused.raw.body;
    EXPECT_EQ(refused.code(), "TOO_MANY_ATTEMPTS");
    EXPECT_FALSE(refused.raw.header("Retry-After").empty());
    const Answer other_mail = post("/api/v1/auth/resend-verification", R"({"email":")" + email + R"("})");
    EXPECT_EQ(other_mail.status, 429) << "it is the same inbox";
  }
  EXPECT_EQ(forgot("another@example.com").status, 200);
  clock_.advance_wall(60'000);
  EXPECT_EQ(forgot("known@example.com").status, 200);
}

TEST_F(RecoveryTest, check_25_MailsThatCannotBeSentDoNotCount) {
  start(badge_settings(R"({"Away":true})"));
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(forgot("known@example.com").status, 503) << i;
}

TEST_F(RecoveryTest, check_25_WhoResetsThePasswordMaySignInAtOnce) {
  start(badge_settings());
  ASSERT_EQ(me("badge.s1.verified.resetter").status, 200);
  const auth::RequestScope elsewhere{call_context(), "203.0.113.99"};
  const auto status = [&] {
    return services().attempts.status(auth::AttemptKind::Password, "resetter@example.com", call_context());
  };
  for (int i = 0; i < 10; ++i) {
    (void)services().attempts.guard(
        auth::AttemptKind::Password, "resetter@example.com", elsewhere,
        []() -> http::Outcome<Done> { return http::Problem(http::ErrorCode::InvalidCredentials); });
  }
  ASSERT_EQ(status()->failures, 10);
  ASSERT_EQ(reset("reset.s1").status, 200);
  EXPECT_EQ(status()->failures, 0);
}

TEST_F(RecoveryTest, EmailsAreCheckedBeforeAnythingIsSent) {
  start(badge_settings());
  EXPECT_EQ(forgot("").code(), "MISSING_REQUIRED_FIELD");
  EXPECT_EQ(forgot("not an email").code(), "INVALID_EMAIL_FORMAT");
  EXPECT_EQ(post("/api/v1/auth/forgot-password", R"({"email":5})").code(), "MALFORMED_REQUEST");
}

TEST_F(RecoveryTest, AProviderThatIsAwayIsSaidToBeAwayWhoeverAsks) {
  start(badge_settings(R"({"Away":true})"));
  const Answer answer = forgot("known@example.com");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.code(), "FIREBASE_AUTH_FAILED") << "the provider's manifest names this code";
  EXPECT_FALSE(answer.raw.header("Retry-After").empty());
}

TEST_F(RecoveryTest, check_19_AResetPasswordEndsAllSessions) {
  start(badge_settings());
  const Answer social =
      post("/api/v1/auth/social", R"({"idToken":"badge.s1.verified.resetter","userType":0})");
  ASSERT_EQ(social.status, 200) << social.raw.body;
  const std::string token = social.at("data.idToken");
  ASSERT_EQ(me(token).status, 200);

  EXPECT_EQ(reset("reset.s1", "weak").code(), "INVALID_PASSWORD");
  EXPECT_EQ(me(token).status, 200) << "a refused reset must end nothing";
  const Answer done = reset("reset.s1");
  EXPECT_EQ(done.status, 200) << done.raw.body;
  EXPECT_EQ(me(token).status, 401);
  EXPECT_EQ(
      post("/api/v1/auth/refresh", R"({"refreshToken":")" + social.at("data.refreshToken") + R"("})").status,
      401);
}

TEST_F(RecoveryTest, ACodeThatIsNotOneIsRefused) {
  start(badge_settings());
  EXPECT_EQ(reset("nonsense").code(), "INVALID_OOB_CODE");
  EXPECT_EQ(reset("").code(), "MISSING_REQUIRED_FIELD");
  EXPECT_EQ(verify("nonsense").code(), "INVALID_OOB_CODE");
  EXPECT_EQ(verify("").code(), "MISSING_REQUIRED_FIELD");
}

TEST_F(RecoveryTest, AVerifiedEmailIsSeenAtOnce) {
  start(badge_settings());
  const Answer before = me("badge.s1.unverified.prover");
  ASSERT_EQ(before.status, 200);
  EXPECT_EQ(before.at("data.emailVerified"), "false");
  EXPECT_EQ(verify("verify.s1").status, 200);
  EXPECT_EQ(me("badge.s1.unverified.prover").at("data.emailVerified"), "true");
}

TEST_F(RecoveryTest, AnEmailThatWasVerifiedAtTheProviderIsVerifiedAtTheNextSignIn) {
  start(badge_settings());
  ASSERT_EQ(me("badge.s1.unverified.elsewhere").at("data.emailVerified"), "false");
  EXPECT_EQ(me("badge.s1.verified.elsewhere").at("data.emailVerified"), "true");
  // Another email that the provider has proven says nothing about this one.
  ASSERT_EQ(me("badge.s2.unverified.mine").status, 200);
  EXPECT_EQ(me("badge.s2.verified.changed").at("data.emailVerified"), "false");
}

}  // namespace
}  // namespace gateway::testing
