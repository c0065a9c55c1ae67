// Sign-in by phone: codes made, sent and checked by the gateway, over a sender of messages that keeps what it
// gets.
#include <mutex>

#include "tests/integration/gateway/badge_fixture.hpp"
#include "tests/support/https_origin.hpp"

namespace gateway::testing {
namespace {

class PhoneTest : public BadgeFixture {
 protected:
  void start_with_sms(const std::string& provider_config = "{}") {
    app::Settings settings = badge_settings(provider_config);
    settings.sms.url = sender_.url("/messages");
    settings.sms.authorization = Secret("Bearer the sender's key");
    start(std::move(settings));
  }

  Answer send(const std::string& number) {
    return post("/api/v1/auth/phone/send-otp", R"({"phoneNumber":")" + number + R"("})");
  }
  Answer verify(const std::string& number, const std::string& code, const std::string& type = "0") {
    return post("/api/v1/auth/phone/verify-otp",
                R"({"phoneNumber":")" + number + R"(","otpCode":")" + code + R"(","userType":)" + type + "}");
  }
  std::string last_message() const {
    const std::lock_guard guard(mutex_);
    return last_.body;
  }
  // The six digits of the last message.
  std::string last_code() const {
    const std::string body = last_message();
    return body.substr(body.find(R"("message":")") + 11, 6);
  }
  static std::string other_than(const std::string& code) { return code == "000000" ? "000001" : "000000"; }

  mutable std::mutex mutex_;
  OriginRequest last_;  // guarded by mutex_
  int status_ = 202;    // guarded by mutex_
  HttpsOrigin sender_{[this](const OriginRequest& request) {
    const std::lock_guard guard(mutex_);
    last_ = request;
    return OriginReply{status_, {}, "{}"};
  }};
};

constexpr std::int64_t kMinute = 60'000;
constexpr const char* kNumber = "+14155550101";

TEST_F(PhoneTest, WithoutASenderOrAProviderItSaysSo) {
  start(badge_settings());
  const Answer sent = send(kNumber);
  EXPECT_EQ(sent.code(), "NOT_SUPPORTED_BY_PROVIDER");
  // The provider could: it is not the one to be looked at.
  EXPECT_EQ(sent.at("error.message"), "Text messages are not set up here.");
  EXPECT_EQ(verify(kNumber, "123456").status, 501);
}

TEST_F(PhoneTest, ACodeSignsInAndMakesTheUserOnce) {
  start_with_sms();
  const Answer sent = send(kNumber);
  ASSERT_EQ(sent.status, 200) << sent.raw.body;
  EXPECT_NE(last_message().find(R"("to":"+14155550101")"), std::string::npos) << last_message();
  EXPECT_EQ(last_.header("authorization"), "Bearer the sender's key");
  const Answer first = verify(kNumber, last_code(), "1");
  ASSERT_EQ(first.status, 200) << first.raw.body;
  EXPECT_EQ(first.at("data.user.phoneNumber"), kNumber);
  EXPECT_EQ(first.at("data.user.phoneVerified"), "true");
  EXPECT_EQ(first.at("data.user.userType"), "Vendor");
  EXPECT_EQ(me(first.at("data.idToken")).at("data.id"), first.at("data.user.id"));

  clock_.advance_wall(2 * kMinute);
  ASSERT_EQ(send(kNumber).status, 200);
  EXPECT_EQ(verify(kNumber, last_code()).at("data.user.id"), first.at("data.user.id"));
}

TEST_F(PhoneTest, check_24_ACodeIsUsedOnce) {
  start_with_sms();
  ASSERT_EQ(send(kNumber).status, 200);
  const std::string code = last_code();
  EXPECT_EQ(verify(kNumber, code).status, 200);
  const Answer again = verify(kNumber, code);
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(again.code(), "OTP_ALREADY_VERIFIED");
}

TEST_F(PhoneTest, check_24_ACodeHasThreeTriesAndFiveMinutes) {
  start_with_sms();
  ASSERT_EQ(send(kNumber).status, 200);
  const std::string code = last_code();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(verify(kNumber, other_than(code)).code(), "INVALID_OTP") << i;
  const Answer exhausted = verify(kNumber, code);
  EXPECT_EQ(exhausted.code(), "MAX_OTP_ATTEMPTS") << "the right one comes too late";
  EXPECT_FALSE(exhausted.raw.header("Retry-After").empty());

  clock_.advance_wall(2 * kMinute);
  ASSERT_EQ(send(kNumber).status, 200);
  clock_.advance_wall(5 * kMinute);
  EXPECT_EQ(verify(kNumber, last_code()).code(), "OTP_EXPIRED");
}

TEST_F(PhoneTest, check_24_ACodeIsForItsNumberAlone) {
  start_with_sms();
  ASSERT_EQ(send(kNumber).status, 200);
  EXPECT_EQ(verify("+14155550102", last_code()).code(), "OTP_NOT_FOUND");
  ASSERT_EQ(send("+14155550102").status, 200);
  const std::string others = last_code();
  const Answer answer = verify(kNumber, others);
  EXPECT_NE(answer.status, 200);
}

TEST_F(PhoneTest, check_25_CodesForANumberAreAMinuteApartAndFiveAnHour) {
  start_with_sms();
  int sent = 0;
  for (int minute = 0; minute < 10; ++minute) {
    const Answer answer = send(kNumber);
    if (answer.status == 200) {
      ++sent;
      const Answer at_once = send(kNumber);
      EXPECT_EQ(at_once.code(), "TOO_MANY_ATTEMPTS");
      EXPECT_FALSE(at_once.raw.header("Retry-After").empty());
    }
    clock_.advance_wall(61'000);
  }
  EXPECT_EQ(sent, 5);
  EXPECT_EQ(send("+14155550102").status, 200) << "another number is not held up";
  clock_.advance_wall(61 * kMinute);
  EXPECT_EQ(send(kNumber).status, 200);
}

TEST_F(PhoneTest, check_25_TriesAddUpOverTheCodesOfANumber) {
  app::Settings settings = badge_settings();
  settings.sms.url = sender_.url("/messages");
  settings.attempts.account.first_delay_s = 60;  // no slow machine passes it by itself
  start(std::move(settings));
  for (int code = 0; code < 4; ++code) {
    ASSERT_EQ(send(kNumber).status, 200);
    for (int i = 0; i < (code < 3 ? 3 : 1); ++i)
      EXPECT_EQ(verify(kNumber, other_than(last_code())).code(), "INVALID_OTP");
    if (code < 3) clock_.advance_wall(61'000);
  }
  const Answer refused = verify(kNumber, last_code());
  EXPECT_EQ(refused.code(), "TOO_MANY_ATTEMPTS") << refused.raw.body;
  EXPECT_FALSE(refused.raw.header("Retry-After").empty());
  EXPECT_NE(verify("+14155550102", "123456").status, 429) << "another number is not held up";
  clock_.advance_wall(60'000);
  EXPECT_EQ(verify(kNumber, last_code()).status, 200) << "a refused try does not use the code up";
  EXPECT_EQ(services().attempts.status(auth::AttemptKind::Phone, kNumber, call_context())->failures, 0);
}

TEST_F(PhoneTest, check_25_AProviderThatIsAwayCountsAgainstNoNumber) {
  start_with_sms(R"({"Away":true})");
  ASSERT_EQ(send(kNumber).status, 200);
  EXPECT_EQ(verify(kNumber, last_code()).status, 503);
  EXPECT_EQ(services().attempts.status(auth::AttemptKind::Phone, kNumber, call_context())->failures, 0);
}

TEST_F(PhoneTest, check_25_AnAddressMayAskForSoManyMessages) {
  app::Settings settings = badge_settings();
  settings.sms.url = sender_.url("/messages");
  settings.attempts.address = {5, 60, 300, 3600};
  start(std::move(settings));
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(send("+1415555020" + std::to_string(i)).status, 200) << i;
  EXPECT_EQ(send("+14155550209").code(), "TOO_MANY_ATTEMPTS");
  clock_.advance_wall(60'000);
  EXPECT_EQ(send("+14155550209").status, 200);
}

TEST_F(PhoneTest, ANumberThatNobodyHasProvenGoesToWhoHas) {
  start_with_sms();
  const Answer squatter = post(
      "/api/v1/auth/signup",
      R"({"email":"squatter@example.com","password":"Str0ng#Enough","phoneNumber":"+14155550101","userType":0})");
  ASSERT_EQ(squatter.at("data.user.phoneNumber"), kNumber) << squatter.raw.body;
  ASSERT_EQ(send(kNumber).status, 200);
  const Answer owner = verify(kNumber, last_code());
  ASSERT_EQ(owner.status, 200) << owner.raw.body;
  EXPECT_NE(owner.at("data.user.id"), squatter.at("data.user.id"));
  EXPECT_EQ(owner.at("data.user.phoneNumber"), kNumber);
  EXPECT_EQ(me(squatter.at("data.idToken")).at("data.phoneNumber"), "");
}

TEST_F(PhoneTest, WhatFailsIsSaidAndNothingIsUsedUp) {
  start_with_sms();
  {
    const std::lock_guard guard(mutex_);
    status_ = 500;
  }
  const Answer failed = send(kNumber);
  EXPECT_EQ(failed.status, 503);
  EXPECT_EQ(failed.code(), "PROVIDER_UNAVAILABLE");
  EXPECT_EQ(send("").code(), "MISSING_REQUIRED_FIELD");
  EXPECT_EQ(send("0151").code(), "INVALID_PHONE_NUMBER");
  EXPECT_EQ(verify(kNumber, "").code(), "MISSING_REQUIRED_FIELD");
  EXPECT_EQ(verify(kNumber, "123456", "2").code(), "INSUFFICIENT_PERMISSIONS");
  EXPECT_EQ(verify(kNumber, "123456", "9").code(), "INVALID_USER_TYPE");
}

TEST_F(PhoneTest, check_34_CodesAreInNoLog) {
  start_with_sms();
  ASSERT_EQ(send(kNumber).status, 200);
  const std::string code = last_code();
  ASSERT_EQ(verify(kNumber, code).status, 200);
  EXPECT_EQ(logger_.text().find(code), std::string::npos);
  EXPECT_EQ(logger_.text().find("sender's key"), std::string::npos);
}

}  // namespace
}  // namespace gateway::testing
