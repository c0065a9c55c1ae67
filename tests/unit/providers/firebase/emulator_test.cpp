// Check 11: the emulator's tokens, behind the opt-in that config_test.cpp holds, and nowhere else.
#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

using gateway::testing::to_base64url;

class FirebaseEmulator : public FirebaseTest {
 protected:
  FirebaseEmulator() : FirebaseTest({.emulated = true}) {}
  void SetUp() override {
    run();
    person_ = add_person();
  }
  std::string config(const Members& more = {}) const override {
    Members members{{"ApiKey", json_text(google_.api_key())},
                    {"CredentialsJson", ""},
                    {"Emulator", R"({"Host":"127.0.0.1:9099","AllowUnsignedTokens":true})"}};
    members.insert(members.end(), more.begin(), more.end());
    return FirebaseTest::config(members);
  }
  std::string claims(const Members& changes = {}) const {
    Members members{{"iss", json_text("https://securetoken.google.com/demo-project")},
                    {"aud", json_text("demo-project")},
                    {"sub", json_text(person_.local_id)},
                    {"auth_time", std::to_string(now_s() - 100)},
                    {"iat", std::to_string(now_s() - 10)},
                    {"exp", std::to_string(now_s() + 3'590)}};
    for (const auto& [name, value] : changes) {
      std::erase_if(members, [&, wanted = name](const auto& member) { return member.first == wanted; });
      if (!value.empty()) members.emplace_back(name, value);
    }
    return json_of(members);
  }
  static std::string unsigned_token(const std::string& payload,
                                    const std::string& header = R"({"alg":"none","typ":"JWT"})") {
    return to_base64url(header) + "." + to_base64url(payload) + ".";
  }
  std::string verdict(const std::string& token) { return name_of_outcome(verify(token)); }
  FakeAccount person_;
};

TEST_F(FirebaseEmulator, check_11_it_says_so_loudly) {
  EXPECT_NE(host_.logged().find("not signed"), std::string::npos);
}

TEST_F(FirebaseEmulator, check_11_it_runs_only_where_nobody_is_real) {
  const auto runs_in = [&](const std::string& environment) {
    const TestHost host({}, environment);
    const Host seen(host.abi());
    try {
      const FirebaseProvider provider(seen, PluginConfig(config()));
      return true;
    } catch (const ConfigError& error) {
      EXPECT_NE(std::string(error.what()).find("Emulator"), std::string::npos) << error.what();
      return false;
    }
  };
  for (const std::string environment : {"Production", "production", "Prod", "PRD", "Staging", "Live",
                                        "Preview", "QA", "Development2", "Dev", "Tests", ""})
    EXPECT_FALSE(runs_in(environment)) << environment;
  for (const std::string environment : {"Development", "development", "Test"})
    EXPECT_TRUE(runs_in(environment)) << environment;
}

TEST_F(FirebaseEmulator, check_11_an_unsigned_token_of_an_account_is_accepted) {
  const auto outcome = verify(unsigned_token(claims()));
  ASSERT_EQ(name_of_outcome(outcome), "authenticated");
  EXPECT_EQ(std::get<Authenticated>(outcome).account.subject, person_.local_id);
  EXPECT_EQ(google_.count("accounts:lookup"), 1);
  for (const auto& fetch : fetched())
    EXPECT_EQ(fetch.url.rfind("http://127.0.0.1:9099/", 0), 0U) << fetch.url << ": never Google itself";
}

TEST_F(FirebaseEmulator, check_11_the_account_is_looked_up) {
  const std::string token = unsigned_token(claims());
  EXPECT_EQ(verdict(unsigned_token(claims({{"sub", json_text("nobody")}}))), "token_revoked");
  google_.change(person_.local_id, [](FakeAccount& account) { account.disabled = true; });
  EXPECT_EQ(verdict(token), "account_disabled");
  google_.change(person_.local_id, [&](FakeAccount& account) {
    account.disabled = false;
    account.valid_since_s = now_s();
  });
  EXPECT_EQ(verdict(token), "token_revoked");
  set_away(unavailable("the emulator is away"));
  EXPECT_FALSE(provider().verify_token(VerifyToken{Secret(token)}, context()).ok());
}

// The emulator refreshes whatever it has given out: it is its account that says that the sessions were ended.
TEST_F(FirebaseEmulator, a_refresh_of_an_ended_session_is_refused_and_no_failure) {
  const auto signed_in =
      provider().sign_in(SignIn{"zoe@example.com", Secret(std::string(kPassword))}, context());
  const RefreshTokens request{authenticated_in(signed_in).tokens->refresh_token};
  google_.before_each([&](const std::string& target) {
    if (target.find("accounts:lookup") == std::string::npos) return;
    google_.change(person_.local_id, [&](FakeAccount& account) { account.valid_since_s = now_s() + 1; });
  });
  EXPECT_EQ(name_of_outcome(provider().refresh_tokens(request, context())), "token_revoked");
  google_.before_each({});
}

TEST_F(FirebaseEmulator, check_11_only_none_with_an_empty_signature) {
  const std::string input = to_base64url(R"({"alg":"none","typ":"JWT"})") + "." + to_base64url(claims());
  for (const std::string& token : {input, input + ".AAAA", input + "..", input + ".="})
    EXPECT_NE(verdict(token), "authenticated") << token;
  for (const std::string header : {R"({"alg":"None"})", R"({"alg":"NONE"})", R"({"alg":""})", "{}",
                                   R"({"alg":null})", R"({"alg":"RS256","kid":"signing-key-1"})",
                                   R"({"alg":"none","crit":["x"]})", R"({"alg":"none","alg":"none"})"})
    EXPECT_NE(verdict(unsigned_token(claims(), header)), "authenticated") << header;
}

TEST_F(FirebaseEmulator, check_11_a_real_token_is_refused) {
  EXPECT_EQ(verdict(google_.signing_key().token(claims())), "invalid_token");
}

TEST_F(FirebaseEmulator, check_11_the_claims_pass_the_same_rules) {
  EXPECT_EQ(verdict(unsigned_token(claims({{"exp", std::to_string(now_s() - 100)}}))), "token_expired");
  for (const Members& change :
       {Members{{"aud", json_text("other")}}, Members{{"aud", R"(["demo-project"])"}},
        Members{{"sub", R"("")"}}, Members{{"exp", ""}}, Members{{"iat", std::to_string(now_s() + 100)}},
        Members{{"auth_time", R"("1")"}}})
    EXPECT_EQ(verdict(unsigned_token(claims(change))), "invalid_token") << change.front().first;
  EXPECT_EQ(verdict(unsigned_token(claims({{"iss", json_text("https://other.example")}}))), "not_applicable");
}

TEST_F(FirebaseEmulator, check_11_odd_tokens_are_answered) {
  for (const std::string& token :
       {std::string(), std::string("."), std::string(".."), std::string("..."), std::string("a.b."),
        std::string(100'000, 'A'), std::string(5'000, '.'), unsigned_token("[]"), unsigned_token("{", "{")})
    EXPECT_EQ(verdict(token), "not_applicable") << token.substr(0, 20);
}

TEST_F(FirebaseEmulator, the_whole_round_works_without_a_service_account) {
  const auto signed_in =
      provider().sign_in(SignIn{"zoe@example.com", Secret(std::string(kPassword))}, context());
  const std::string refresh_token(authenticated_in(signed_in).tokens->refresh_token.reveal());
  EXPECT_EQ(name_of_outcome(provider().refresh_tokens(RefreshTokens{Secret(refresh_token)}, context())),
            "authenticated");
  EXPECT_EQ(name_of_outcome(provider().sign_in_by_phone(SignInByPhone{"+4915112345678"}, context())),
            "authenticated");
  EXPECT_EQ(name_of_outcome(
                provider().send_code(SendCode{OutOfBandPurpose::VerifyEmail, "zoe@example.com"}, context())),
            "accepted");
  EXPECT_FALSE(google_.code_sent_to("zoe@example.com").empty());
  probe();
}

// The other way round: a provider for Google, asked with what the emulator would accept.
using FirebaseProduction = FirebaseTest;

TEST_F(FirebaseProduction, check_11_without_the_opt_in_no_unsigned_token_is_accepted) {
  run();
  const FakeAccount person = add_person();
  probe();
  const std::string payload = json_of({{"iss", json_text("https://securetoken.google.com/demo-project")},
                                       {"aud", json_text("demo-project")},
                                       {"sub", json_text(person.local_id)},
                                       {"auth_time", std::to_string(now_s())},
                                       {"iat", std::to_string(now_s())},
                                       {"exp", std::to_string(now_s() + 3'600)}});
  const std::string header = to_base64url(R"({"alg":"none","typ":"JWT"})");
  EXPECT_NE(name_of_outcome(verify(header + "." + to_base64url(payload) + ".")), "authenticated");
  EXPECT_EQ(name_of_outcome(verify(google_.signing_key().token(payload))), "authenticated");
}

}  // namespace
}  // namespace gateway::firebase
