// Whose account is it: one person known to two providers, and one email claimed by two people.
#include "tests/integration/gateway/badge_fixture.hpp"

namespace gateway::testing {
namespace {

class IdentityTest : public BadgeFixture {
 protected:
  void SetUp() override {
    BadgeFixture::SetUp();
    start(badge_settings());
  }

  Answer refresh(const Person& person) {
    return post("/api/v1/auth/refresh", R"({"refreshToken":")" + person.refresh_token + R"("})");
  }
  void set_email_verified(const Person& person) {
    store::UpdateUser update;
    update.id = person.id;
    update.email_verified = true;
    update.now_ms = clock_.wall_ms();
    ASSERT_TRUE(services().store.update_user(update, call_context()).ok());
  }
};

TEST_F(IdentityTest, check_26_AVerifiedIdentityTakesItsEmailFromAnAccountNobodyProved) {
  // Somebody signs up with an email that is not theirs, and waits for its owner to come.
  const Person squatter = sign_up("owner@example.com");
  const Answer owner = me("badge.s1.verified.owner");
  ASSERT_EQ(owner.status, 200) << owner.raw.body;
  EXPECT_EQ(owner.at("data.email"), "owner@example.com");
  EXPECT_EQ(owner.at("data.emailVerified"), "true");

  EXPECT_EQ(me(squatter.token).status, 401) << "the squatter's session goes on";
  EXPECT_EQ(refresh(squatter).status, 401);
  EXPECT_EQ(log_in(squatter).code(), "INVALID_CREDENTIALS") << "the squatter's password still opens it";
  EXPECT_EQ(me("badge.s1.verified.owner").status, 200);
}

TEST_F(IdentityTest, check_26_AnUnverifiedIdentityGetsNothing) {
  const Person person = sign_up("first@example.com");
  const Answer stranger = me("badge.s2.unverified.first");
  EXPECT_EQ(stranger.status, 409) << stranger.raw.body;
  EXPECT_EQ(stranger.code(), "EMAIL_ALREADY_EXISTS");
  EXPECT_EQ(me(person.token).status, 200);
  EXPECT_EQ(log_in(person).status, 200);

  // Nor where the account's own email is proved.
  set_email_verified(person);
  EXPECT_EQ(me("badge.s2.unverified.first").status, 409);
}

TEST_F(IdentityTest, check_26_TwoVerifiedSidesAreOnePerson) {
  const Person person = sign_up("both@example.com");
  set_email_verified(person);
  const Answer by_badge = me("badge.s3.verified.both");
  ASSERT_EQ(by_badge.status, 200) << by_badge.raw.body;
  EXPECT_EQ(by_badge.at("data.id"), person.id);
  EXPECT_EQ(me(person.token).status, 200);
  EXPECT_EQ(log_in(person).status, 200) << "linking must not cost a proved account its password";
}

TEST_F(IdentityTest, check_26_TheKeyIsTheSubjectAndNeverTheEmail) {
  const Answer first = me("badge.s4.verified.before");
  ASSERT_EQ(first.status, 200) << first.raw.body;
  // The same subject comes back with another email: the same person.
  EXPECT_EQ(me("badge.s4.verified.after").at("data.id"), first.at("data.id"));
  // Another subject with an email of its own: another person.
  EXPECT_NE(me("badge.s5.verified.other").at("data.id"), first.at("data.id"));
}

// A JSON object says each name once: of two identities at Firebase the one that was linked first.
TEST_F(IdentityTest, FirebaseUidIsThatOfTheIdentityThatWasLinkedFirst) {
  const Person person = sign_up("both@example.com");
  std::int64_t linked_at_ms = clock_.wall_ms() + 1000;
  for (const char* subject : {"second", "first", "third"}) {
    store::LinkIdentity link;
    link.user_id = person.id;
    link.identity = {
        "firebase", subject, {}, false, linked_at_ms + (subject == std::string("first") ? -500 : 0)};
    link.now_ms = ++linked_at_ms;
    ASSERT_TRUE(services().store.link_identity(link, call_context()).ok());
  }
  const Answer answer = me(person.token);
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.at("data.firebaseUid"), "first") << answer.raw.body;
  EXPECT_NE(answer.raw.body.find("\"third\""), std::string::npos) << "all of them are among the identities";
}

}  // namespace
}  // namespace gateway::testing
