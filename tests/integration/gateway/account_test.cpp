// Sign-up, sign-in, me, refresh, logout, change of password: what a client does all day.
#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {
namespace {

class AccountTest : public GatewayFixture {
 protected:
  void SetUp() override { start(); }
};

TEST_F(AccountTest, TheRequestOfTheDeploymentGuideWorksAsItStands) {
  const Answer answer = post("/api/v1/auth/signup",
                             R"({
    "email": "production-test@example.com",
    "password": "Test@123456",
    "fullName": "Production Test",
    "userType": 0
  })");
  EXPECT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.at("success"), "true");
  EXPECT_EQ(answer.at("data.user.email"), "production-test@example.com");
  EXPECT_EQ(answer.at("data.user.fullName"), "Production Test");
  EXPECT_EQ(answer.at("data.user.userType"), "Buyer");
  EXPECT_EQ(answer.at("data.user.status"), "Active");
  EXPECT_EQ(answer.at("data.expiresIn"), "3600");
  EXPECT_FALSE(answer.at("data.idToken").empty());
  EXPECT_FALSE(answer.at("data.refreshToken").empty());
}

TEST_F(AccountTest, ADayInTheLifeOfAClient) {
  const Person person = sign_up("day@example.com");
  const Answer login = log_in(person);
  ASSERT_EQ(login.status, 200) << login.raw.body;
  EXPECT_EQ(login.at("data.success"), "true");
  EXPECT_EQ(login.at("data.user.id"), person.id);
  EXPECT_FALSE(login.at("data.user.lastLoginAt").empty());
  const std::string token = login.at("data.idToken");

  const Answer me = get("/api/v1/auth/me", token);
  EXPECT_EQ(me.status, 200) << me.raw.body;
  EXPECT_EQ(me.at("data.email"), "day@example.com");

  const Answer refreshed =
      post("/api/v1/auth/refresh", R"({"refreshToken":")" + login.at("data.refreshToken") + R"("})");
  ASSERT_EQ(refreshed.status, 200) << refreshed.raw.body;
  EXPECT_NE(refreshed.at("data.refreshToken"), login.at("data.refreshToken"));
  const std::string second = refreshed.at("data.idToken");
  EXPECT_EQ(get("/api/v1/auth/me", second).status, 200);

  EXPECT_EQ(post("/api/v1/auth/logout", "{}", second).status, 200);
  for (const std::string& dead : {token, second}) {
    const Answer after = get("/api/v1/auth/me", dead);
    EXPECT_EQ(after.status, 401);
    EXPECT_EQ(after.code(), "INVALID_TOKEN");
    EXPECT_EQ(after.raw.header("WWW-Authenticate"), R"(Bearer error="invalid_token")");
  }
  EXPECT_EQ(post("/api/v1/auth/refresh", R"({"refreshToken":")" + refreshed.at("data.refreshToken") + R"("})")
                .status,
            401);
}

TEST_F(AccountTest, LogoutEverywhereEndsAllSessions) {
  const Person person = sign_up("everywhere@example.com");
  const Answer other = log_in(person);
  EXPECT_EQ(post("/api/v1/auth/logout", R"({"everywhere":true})", person.token).status, 200);
  EXPECT_EQ(get("/api/v1/auth/me", person.token).status, 401);
  EXPECT_EQ(get("/api/v1/auth/me", other.at("data.idToken")).status, 401);
}

TEST_F(AccountTest, LogoutWithoutABodyEndsOneSession) {
  const Person person = sign_up("one-session@example.com");
  const Answer other = log_in(person);
  EXPECT_EQ(call("POST", "/api/v1/auth/logout", {}, person.token).status, 200);
  EXPECT_EQ(get("/api/v1/auth/me", person.token).status, 401);
  EXPECT_EQ(get("/api/v1/auth/me", other.at("data.idToken")).status, 200);
}

TEST_F(AccountTest, check_19_ChangeOfPasswordEndsTheOtherSessions) {
  const Person person = sign_up("change@example.com");
  const Answer other = log_in(person);
  const Answer wrong =
      post("/api/v1/auth/change-password",
           R"({"currentPassword":"Wr0ng#Password","newPassword":"N3w#Password!x"})", person.token);
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.code(), "INVALID_CREDENTIALS");
  const Answer changed = post(
      "/api/v1/auth/change-password",
      R"({"currentPassword":")" + person.password + R"(","newPassword":"N3w#Password!x"})", person.token);
  ASSERT_EQ(changed.status, 200) << changed.raw.body;
  EXPECT_EQ(get("/api/v1/auth/me", other.at("data.idToken")).status, 401);
  EXPECT_EQ(get("/api/v1/auth/me", person.token).status, 401);
  EXPECT_EQ(get("/api/v1/auth/me", changed.at("data.idToken")).status, 200);
  EXPECT_EQ(log_in(person).status, 401);
}

// The end of the sessions may bear this very millisecond, or a later one by another instance's clock: what
// was ended before the password was checked does not refuse who knows it.
TEST_F(AccountTest, WhoLogsInAfterTheSessionsEndedIsLetInWhateverTheClocksSay) {
  const Person person = sign_up("clocks@example.com");
  store::RevokeSessions ended;
  ended.user_id = person.id;
  ended.now_ms = clock_.wall_ms() + 5000;
  ASSERT_TRUE(services().store.revoke_sessions(ended, call_context()).ok());
  EXPECT_EQ(get("/api/v1/auth/me", person.token).status, 401);
  const Answer login = log_in(person);
  ASSERT_EQ(login.status, 200) << login.raw.body;
  EXPECT_EQ(get("/api/v1/auth/me", login.at("data.idToken")).status, 200);
}

TEST_F(AccountTest, WrongPasswordAndUnknownAccountLookTheSame) {
  const Person person = sign_up("same@example.com");
  const Answer wrong =
      post("/api/v1/auth/login", R"({"email":"same@example.com","password":"Wr0ng#Password"})");
  const Answer unknown =
      post("/api/v1/auth/login", R"({"email":"nobody@example.com","password":"Wr0ng#Password"})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.code(), "INVALID_CREDENTIALS");
  EXPECT_EQ(unknown.status, wrong.status);
  EXPECT_EQ(unknown.code(), wrong.code());
  EXPECT_EQ(unknown.at("message"), wrong.at("message"));
  EXPECT_EQ(unknown.at("error.details"), wrong.at("error.details"));
}

TEST_F(AccountTest, ATakenEmailIsAConflictWhateverItsCase) {
  sign_up("taken@example.com");
  const Answer again =
      post("/api/v1/auth/signup", R"({"email":"TAKEN@Example.com","password":"Str0ng#Enough","userType":0})");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.code(), "EMAIL_ALREADY_EXISTS");
}

TEST_F(AccountTest, ATakenPhoneNumberLeavesNoAccountBehind) {
  ASSERT_EQ(
      post(
          "/api/v1/auth/signup",
          R"({"email":"first@example.com","password":"Str0ng#Enough","userType":0,"phoneNumber":"+14155550100"})")
          .status,
      200);
  const std::string second =
      R"({"email":"second@example.com","password":"Str0ng#Enough","userType":0,"phoneNumber":"+14155550100"})";
  const Answer refused = post("/api/v1/auth/signup", second);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.code(), "PHONE_ALREADY_EXISTS");
  // The provider's account was removed again, so the email is free.
  const Answer retried = post("/api/v1/auth/signup",
                              R"({"email":"second@example.com","password":"Str0ng#Enough","userType":0})");
  EXPECT_EQ(retried.status, 200) << retried.raw.body;
}

TEST_F(AccountTest, AnAccountWithoutAUserIsHealedByTheNextLogin) {
  // What a crash between the two steps of a sign-up leaves behind: the provider knows the account, the
  // storage no user.
  const Person person = sign_up("healed@example.com");
  store::DeleteUser remove;
  remove.id = person.id;
  remove.now_ms = clock_.wall_ms();
  ASSERT_TRUE(services().store.delete_user(remove, call_context()).ok());
  clock_.advance_wall(1);  // the login begins later than the crash
  const Answer login = log_in(person);
  ASSERT_EQ(login.status, 200) << login.raw.body;
  EXPECT_NE(login.at("data.user.id"), person.id);
  EXPECT_EQ(login.at("data.user.email"), "healed@example.com");
}

TEST_F(AccountTest, EveryFaultOfASignUpIsToldAtOnce) {
  const Answer answer =
      post("/api/v1/auth/signup",
           R"({"email":"not-an-email","password":"short","phoneNumber":"12","userType":9})");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.code(), "VALIDATION_FAILED");
  for (const char* field : {"errors.Email", "errors.Password", "errors.PhoneNumber", "errors.UserType"}) {
    EXPECT_TRUE(answer.has(field)) << field << " in " << answer.raw.body;
  }
}

TEST_F(AccountTest, OneKindOfFaultHasItsOwnCode) {
  const auto code = [&](const char* body) { return post("/api/v1/auth/signup", body).code(); };
  EXPECT_EQ(code(R"({"password":"Str0ng#Enough","userType":0})"), "MISSING_REQUIRED_FIELD");
  EXPECT_EQ(code(R"({"email":"x@","password":"Str0ng#Enough","userType":0})"), "INVALID_EMAIL_FORMAT");
  EXPECT_EQ(code(R"({"email":"x@example.com","password":"weak","userType":0})"), "INVALID_PASSWORD");
  EXPECT_EQ(code(R"({"email":"x@example.com","password":"Str0ng#Enough","userType":"King"})"),
            "INVALID_USER_TYPE");
  EXPECT_EQ(code(R"({"email":"x@example.com","password":"Str0ng#Enough","userType":0,"phoneNumber":"0123"})"),
            "INVALID_PHONE_NUMBER");
  EXPECT_EQ(code(R"({"email":5,"password":"Str0ng#Enough","userType":0})"), "MALFORMED_REQUEST");
  EXPECT_EQ(code("not json"), "MALFORMED_REQUEST");
  EXPECT_EQ(code(R"({"email":"x@example.com","email":"y@example.com"})"), "MALFORMED_REQUEST");
}

TEST_F(AccountTest, check_27_NobodyMakesThemselvesAnAdministrator) {
  for (const char* type : {"2", R"("Admin")"}) {
    const Answer answer = post(
        "/api/v1/auth/signup",
        std::string(R"({"email":"king@example.com","password":"Str0ng#Enough","userType":)") + type + "}");
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.code(), "INSUFFICIENT_PERMISSIONS");
  }
  const Person person = sign_up("climber@example.com");
  EXPECT_EQ(call("PUT", "/api/v1/users/" + person.id, R"({"userType":"Admin"})", person.token).status, 403);
}

TEST_F(AccountTest, check_20_CommonPasswordsAreRefusedAndLongOnesAccepted) {
  const Answer common =
      post("/api/v1/auth/signup", R"({"email":"c@example.com","password":"P@ssw0rd123","userType":0})");
  EXPECT_EQ(common.code(), "INVALID_PASSWORD");
  const std::string passphrase = "Correct 4 horse, battery & staple! " + std::string(60, 'x');
  EXPECT_EQ(post("/api/v1/auth/signup",
                 R"({"email":"l@example.com","password":")" + passphrase + R"(","userType":0})")
                .status,
            200);
  EXPECT_EQ(
      post("/api/v1/auth/login", R"({"email":"l@example.com","password":")" + passphrase + R"("})").status,
      200);
  // No truncation: the same beginning is another password.
  EXPECT_EQ(post("/api/v1/auth/login",
                 R"({"email":"l@example.com","password":")" + passphrase.substr(0, 72) + R"("})")
                .status,
            401);
}

TEST_F(AccountTest, WhatTheProviderCannotDoSaysSo) {
  for (const char* path : {"social", "phone/send-otp", "phone/verify-otp", "forgot-password",
                           "reset-password", "verify-email", "resend-verification"}) {
    const Answer answer = post(std::string("/api/v1/auth/") + path, "{}");
    EXPECT_EQ(answer.status, 501) << path;
    EXPECT_EQ(answer.code(), "NOT_SUPPORTED_BY_PROVIDER") << path;
  }
}

TEST_F(AccountTest, VerifyTokenTellsWhatATokenSays) {
  const Person person = sign_up("verify@example.com");
  const Answer answer = post("/api/v1/auth/verify-token", R"({"idToken":")" + person.token + R"("})");
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.at("data.provider"), "local");
  EXPECT_EQ(answer.at("data.claims.sub"), person.id);
  EXPECT_EQ(post("/api/v1/auth/verify-token", R"({"idToken":"nonsense"})").code(), "INVALID_TOKEN");
}

TEST_F(AccountTest, check_34_SecretsAreNeverLogged) {
  const Person person = sign_up("secrets@example.com");
  log_in(person);
  post("/api/v1/auth/refresh", R"({"refreshToken":")" + person.refresh_token + R"("})");
  get("/api/v1/auth/me", person.token);
  post("/api/v1/auth/login", R"({"email":"secrets@example.com","password":"Wr0ng#Password"})");
  stop();
  const std::string log = logger_.text();
  EXPECT_NE(log.find("/api/v1/auth/login"), std::string::npos);  // the log is being looked at
  for (const std::string& secret :
       {person.password, person.token, person.refresh_token, std::string("Wr0ng#Password")}) {
    EXPECT_EQ(log.find(secret), std::string::npos);
  }
}

TEST_F(AccountTest, EmailsThatOnlyLookDifferentAreRefused) {
  for (const char* email : {"a\u200b@example.com", "\u202ea@example.com", "a@example.com\u200b",
                            "\uff41@example.com", "a\u00a0b@example.com", "a\uff20evil.com@example.com"}) {
    const Answer answer = post("/api/v1/auth/signup", R"({"email":")" + std::string(email) +
                                                          R"(","password":"Str0ng#Enough","userType":0})");
    EXPECT_EQ(answer.status, 422) << email;
    EXPECT_EQ(answer.code(), "INVALID_EMAIL_FORMAT") << email;
  }
  sign_up("stra\u00dfe@example.com");
  sign_up("strasse@example.com");  // another mailbox
}

TEST_F(AccountTest, WrongTypesAreNamed) {
  const Answer answer = post("/api/v1/auth/login", R"({"email":5,"password":[]})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.at("error.details"), "'email' must be a string; 'password' must be a string");
}

TEST_F(AccountTest, BodiesAreReadAsWhatTheySayTheyAre) {
  const std::string body = R"({"email":"a@example.com","password":"x"})";
  const auto login = [&](const std::string& headers) {
    const std::string request =
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers +
        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    const auto raw = exchange_once(port(), request);
    return raw ? raw->status : 0;
  };
  for (const char* type : {"application/json", "APPLICATION/JSON", "application/json; charset=utf-8",
                           "application/json;charset=\"UTF-8\""})
    EXPECT_EQ(login(std::string("Content-Type: ") + type + "\r\n"), 401) << type;
  for (const char* headers :
       {"", "Content-Type: text/plain\r\n", "Content-Type: application/json; charset=utf-16\r\n",
        "Content-Type: application/json\r\nContent-Type: application/json\r\n",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
        "Content-Type: application/jsonp\r\n"})
    EXPECT_EQ(login(headers), 415) << headers;
}

// Whose account it was about and why, as far as that is known; never what somebody has typed.
TEST_F(AccountTest, ARefusedSignInIsAuditedWithWhatIsKnownOfIt) {
  const Person admin = make_admin("admin@example.com");
  const Person person = sign_up("refused@example.com");
  const auto rejected = [&] {
    std::vector<store::AuditEvent> all;
    const auto page = services().store.list_audit({std::nullopt, std::nullopt, 100}, call_context());
    for (const store::AuditEvent& event : page->events) {
      if (event.action == "sign_in.rejected") all.push_back(event);
      EXPECT_EQ(event.detail.text.find("wrong-password"), std::string::npos);
      EXPECT_EQ(event.detail.text.find("nobody@example.com"), std::string::npos);
    }
    return all;
  };
  Person wrong = person;
  wrong.password = "wrong-password";
  EXPECT_EQ(log_in(wrong).status, 401);
  auto events = rejected();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].user_id, person.id);
  EXPECT_EQ(events[0].detail.text, R"({"provider":"local","reason":"wrong_credentials"})");
  EXPECT_EQ(events[0].client_address, "127.0.0.1");

  clock_.advance_wall(10);
  Person nobody = wrong;
  nobody.email = "nobody@example.com";
  EXPECT_EQ(log_in(nobody).status, 401);
  events = rejected();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_FALSE(events[0].user_id) << "nobody's";
  EXPECT_EQ(events[0].detail.text, R"({"provider":"local","reason":"wrong_credentials"})");

  // With the right password too: somebody without access knows it, or is told to stay out.
  ASSERT_EQ(call("PUT", "/api/v1/users/" + person.id, R"({"status":"Inactive"})", admin.token).status, 200);
  clock_.advance_wall(10);
  EXPECT_EQ(log_in(person).code(), "USER_DISABLED");
  events = rejected();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].user_id, person.id);
  EXPECT_EQ(events[0].detail.text, R"({"provider":"local","reason":"account_disabled"})");
}

TEST_F(AccountTest, ASignInIsAuditedWithItsProvider) {
  const Person person = sign_up("in@example.com");
  ASSERT_EQ(log_in(person).status, 200);
  const auto page = services().store.list_audit({person.id, std::nullopt, 1}, call_context());
  ASSERT_EQ(page->events.size(), 1U);
  EXPECT_EQ(page->events[0].detail.text, R"({"provider":"local"})") << page->events[0].action;
}

}  // namespace
}  // namespace gateway::testing
