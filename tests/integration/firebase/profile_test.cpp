// What people wrote into their profiles at Firebase, where it is not what they may say of themselves here.
#include "tests/integration/firebase/firebase_gateway.hpp"

namespace gateway::testing {
namespace {

class FirebaseProfiles : public FirebaseGateway {
 protected:
  void SetUp() override { start(firebase_settings()); }

  // What /auth/me says of somebody who comes for the first time.
  Answer first_seen(const std::function<void(FakeAccount&)>& how) {
    FakeAccount account;
    account.email = "person" + std::to_string(++people_) + "@example.com";
    account.email_verified = true;
    account.display_name = "A Person";
    account.photo_url = "https://example.com/me.png";
    account.phone_number = "+1415555010" + std::to_string(people_);
    how(account);
    Answer answer = me(google_.id_token(google_.add_account(account).local_id));
    EXPECT_EQ(answer.status, 200) << answer.raw.body;
    return answer;
  }
  void expect_left_out(const std::string& field) const {
    EXPECT_NE(logger_.text().find("field=" + field), std::string::npos) << field;
  }

 private:
  int people_ = 0;
};

TEST_F(FirebaseProfiles, WhatIsAcceptableIsTakenOver) {
  const Answer answer = first_seen([](FakeAccount&) {});
  EXPECT_EQ(answer.at("data.fullName"), "A Person");
  EXPECT_EQ(answer.at("data.profileImageUrl"), "https://example.com/me.png");
  EXPECT_EQ(answer.at("data.phoneNumber"), "+14155550101");
  EXPECT_EQ(answer.at("data.phoneVerified"), "true");
  EXPECT_EQ(answer.at("data.emailVerified"), "true");
  EXPECT_EQ(logger_.text().find("left out"), std::string::npos);
}

TEST_F(FirebaseProfiles, ANameNobodyMayGiveItselfIsLeftOut) {
  for (const std::string& name : {std::string(5000, 'x'), std::string("red \x1b[31m"),
                                  std::string("two\nlines"), std::string("  "), std::string("half\0way", 8),
                                  std::string("\xe2\x80\xae"
                                              "turned")}) {
    const Answer answer = first_seen([&](FakeAccount& account) { account.display_name = name; });
    EXPECT_EQ(answer.at("data.fullName"), "") << name.substr(0, 20);
    EXPECT_EQ(answer.at("data.profileImageUrl"), "https://example.com/me.png") << "and nothing else";
  }
  expect_left_out("full_name");
  EXPECT_EQ(logger_.text().find("xxxx"), std::string::npos) << "the log names the field, not what it says";
}

TEST_F(FirebaseProfiles, AnImageThatIsNotAnHttpsAddressIsLeftOut) {
  for (const std::string& url :
       {std::string("javascript:alert(1)"), std::string("http://example.com/me.png"),
        std::string("data:text/html,x"), "https://example.com/" + std::string(3000, 'x'),
        std::string("https://example.com/\0", 21)}) {
    const Answer answer = first_seen([&](FakeAccount& account) { account.photo_url = url; });
    EXPECT_EQ(answer.at("data.profileImageUrl"), "") << url.substr(0, 30);
  }
  expect_left_out("profile_image_url");
}

TEST_F(FirebaseProfiles, ANumberThatIsNotE164IsLeftOutAndNotVerified) {
  for (const std::string& number :
       {std::string("12345"), std::string("+0123456789"), std::string("+1415\0", 6)}) {
    const Answer answer = first_seen([&](FakeAccount& account) { account.phone_number = number; });
    EXPECT_EQ(answer.at("data.phoneNumber"), "") << number;
    EXPECT_EQ(answer.at("data.phoneVerified"), "false") << number;
  }
  expect_left_out("phone_number");
}

TEST_F(FirebaseProfiles, AnEmailThatIsNoneIsNoEmailAndNeverVerified) {
  for (const std::string& email : {std::string("no email"), std::string("zo\0e@example.com", 16),
                                   std::string("zo\xe2\x80\x8b"
                                               "e@example.com"),
                                   std::string(300, 'z') + "@example.com"}) {
    const Answer answer = first_seen([&](FakeAccount& account) { account.email = email; });
    EXPECT_EQ(answer.at("data.email"), "") << email.substr(0, 20);
    EXPECT_EQ(answer.at("data.emailVerified"), "false") << email.substr(0, 20);
  }
  expect_left_out("email");
}

// The rules are the same wherever a provider's account becomes a user.
TEST_F(FirebaseProfiles, WhatTheRequestSaysStandsInForWhatIsLeftOut) {
  FakeAccount account;
  account.email = "zoe@example.com";
  account.display_name = std::string(5000, 'x');
  const std::string token = google_.id_token(google_.add_account(account).local_id);
  const Answer answer = post("/api/v1/auth/social",
                             json_object({{"idToken", token}, {"userType", "Buyer"}, {"fullName", "Zoe"}}));
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.at("data.user.fullName"), "Zoe");
}

}  // namespace
}  // namespace gateway::testing
