// /auth/social: sign-in with a token that somebody else issued.
#include "tests/integration/gateway/badge_fixture.hpp"

namespace gateway::testing {
namespace {

class SocialTest : public BadgeFixture {
 protected:
  Answer social(const std::string& token, const std::string& more = R"("userType":0)") {
    return post("/api/v1/auth/social", R"({"idToken":")" + token + "\"," + more + "}");
  }
};

TEST_F(SocialTest, WithoutAProviderOfTokensItSaysSo) {
  start();
  EXPECT_EQ(social("badge.s1.verified.a").code(), "NOT_SUPPORTED_BY_PROVIDER");
}

TEST_F(SocialTest, AProvidersTokenSignsInAndMakesTheUser) {
  start(badge_settings());
  const Answer first =
      social("badge.s1.verified.first",
             R"("userType":"Vendor","fullName":"First Person","phoneNumber":"+14155550101")");
  ASSERT_EQ(first.status, 200) << first.raw.body;
  EXPECT_EQ(first.at("data.user.email"), "first@example.com");
  EXPECT_EQ(first.at("data.user.fullName"), "First Person");
  EXPECT_EQ(first.at("data.user.phoneNumber"), "+14155550101");
  EXPECT_EQ(first.at("data.user.phoneVerified"), "false");
  EXPECT_EQ(first.at("data.user.userType"), "Vendor");
  EXPECT_EQ(me(first.at("data.idToken")).at("data.id"), first.at("data.user.id"));

  // The body describes who is new; it changes nobody.
  const Answer again = social("badge.s1.verified.first", R"("userType":"Buyer","fullName":"Somebody Else")");
  ASSERT_EQ(again.status, 200);
  EXPECT_EQ(again.at("data.user.id"), first.at("data.user.id"));
  EXPECT_EQ(again.at("data.user.userType"), "Vendor");
  EXPECT_EQ(again.at("data.user.fullName"), "First Person");
}

TEST_F(SocialTest, WithTheProvidersTokensTheTokenStaysTheCallers) {
  app::Settings settings = badge_settings();
  settings.tokens.issuer = auth::TokenIssuer::Provider;
  start(std::move(settings));
  const Answer answer = social("badge.s1.verified.owner");
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.at("data.idToken"), "badge.s1.verified.owner");
  EXPECT_FALSE(answer.has("data.refreshToken"));
  EXPECT_EQ(me(answer.at("data.idToken")).status, 200);
}

TEST_F(SocialTest, AnotherServicesTokenIsExchanged) {
  start(badge_settings());
  const Answer answer =
      social("example.s7.friend", R"("userType":0,"provider":"example","fullName":"By The Body")");
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.at("data.user.email"), "friend@example.com");
  EXPECT_EQ(answer.at("data.user.fullName"), "From The Service") << "what the token says wins";
  EXPECT_EQ(social("example.s7.friend", R"("userType":0,"provider":"other")").status, 401);
  EXPECT_EQ(social("example.s7.friend").status, 401) << "nobody knows whose it is";
}

TEST_F(SocialTest, ANamedProviderIsTheOnlyOneAsked) {
  start(badge_settings());
  EXPECT_EQ(social("badge.s1.verified.a", R"("userType":0,"provider":"badge")").status, 200);
  // `local` issues no tokens; the badge provider must not be asked instead.
  EXPECT_EQ(social("badge.s1.verified.a", R"("userType":0,"provider":"local")").status, 401);
}

TEST_F(SocialTest, check_27_NobodyGivesItselfAPrivilegedType) {
  start(badge_settings());
  const Answer answer = social("badge.s1.verified.a", R"("userType":2)");
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.code(), "INSUFFICIENT_PERMISSIONS");
}

TEST_F(SocialTest, AllFaultsAreToldAtOnce) {
  start(badge_settings());
  const Answer answer = social("", R"("phoneNumber":"12","fullName":" ")");
  EXPECT_EQ(answer.status, 422) << answer.raw.body;
  for (const char* field : {"IdToken", "UserType", "PhoneNumber", "FullName"})
    EXPECT_TRUE(answer.has(std::string("errors.") + field)) << field;
}

TEST_F(SocialTest, ABadTokenHasTheCodeOfItsProvider) {
  start(badge_settings());
  EXPECT_EQ(social("badge.expired").code(), "INVALID_FIREBASE_TOKEN");
  EXPECT_EQ(me("badge.expired").code(), "INVALID_FIREBASE_TOKEN");
  EXPECT_EQ(me("badge.expired").raw.header("WWW-Authenticate"), R"(Bearer error="invalid_token")");
  EXPECT_EQ(social("nobody's").code(), "INVALID_TOKEN");
}

TEST_F(SocialTest, ASuspendedUserStaysOut) {
  start(badge_settings());
  const Answer first = social("badge.s1.verified.away");
  store::UpdateUser suspend;
  suspend.id = first.at("data.user.id");
  suspend.status = store::UserStatus::Suspended;
  suspend.now_ms = clock_.wall_ms();
  ASSERT_TRUE(services().store.update_user(suspend, call_context()).ok());
  EXPECT_EQ(social("badge.s1.verified.away").code(), "USER_DISABLED");
}

}  // namespace
}  // namespace gateway::testing
