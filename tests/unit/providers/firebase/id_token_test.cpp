// Check 10: the rules for ID tokens, one test each, on the verifier for Google's tokens. Every token here is
// signed by the right key unless the test is about that, so that the rule alone refuses it.
#include <functional>

#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

using gateway::testing::hmac_token;
using gateway::testing::RsaKey;
using gateway::testing::shared_key;
using gateway::testing::to_base64url;

class IdTokenRules : public FirebaseTest {
 protected:
  void SetUp() override {
    run();
    probe();
  }

  // The claims of a good token; a value replaces one, an empty value removes it.
  std::string claims(const Members& changes = {}) const {
    Members members{{"iss", json_text("https://securetoken.google.com/demo-project")},
                    {"aud", json_text("demo-project")},
                    {"sub", json_text("person-1")},
                    {"auth_time", std::to_string(now_s() - 100)},
                    {"iat", std::to_string(now_s() - 10)},
                    {"exp", std::to_string(now_s() + 3'590)},
                    {"firebase", R"({"sign_in_provider":"password"})"}};
    for (const auto& [name, value] : changes) {
      std::erase_if(members, [&, wanted = name](const auto& member) { return member.first == wanted; });
      if (!value.empty()) members.emplace_back(name, value);
    }
    return json_of(members);
  }
  std::string header(const std::string& more = "") const {
    return R"({"alg":"RS256","kid":"signing-key-1","typ":"JWT")" + more + "}";
  }
  std::string signed_with(const std::string& head, const std::string& payload) const {
    return google_.signing_key().token(head, payload);
  }
  std::string verdict(const std::string& token) { return name_of_outcome(verify(token)); }
  std::string verdict_of(const Members& changes) { return verdict(signed_with(header(), claims(changes))); }

  // Refused, in whichever way; nothing else may come of it.
  void expect_refused(const std::string& token, const std::string& what) {
    const std::string outcome = verdict(token);
    EXPECT_TRUE(outcome == "invalid_token" || outcome == "not_applicable") << what << ": " << outcome;
  }
  std::string at(std::int64_t offset_s) const { return std::to_string(now_s() + offset_s); }
};

TEST_F(IdTokenRules, check_10_a_good_token_says_who_it_is) {
  const std::string token =
      signed_with(header(), claims({{"email", json_text("zoe@example.com")},
                                    {"email_verified", "true"},
                                    {"name", json_text("Zoe")},
                                    {"picture", json_text("https://example.com/zoe.png")},
                                    {"phone_number", json_text("+4915112345678")},
                                    {"role", json_text("admin")}}));
  const auto outcome = verify(token);
  ASSERT_EQ(name_of_outcome(outcome), "authenticated");
  const auto& authenticated = std::get<Authenticated>(outcome);
  EXPECT_EQ(authenticated.account.subject, "person-1");
  EXPECT_EQ(authenticated.account.email, "zoe@example.com");
  EXPECT_TRUE(authenticated.account.email_verified);
  EXPECT_EQ(authenticated.account.full_name, "Zoe");
  EXPECT_EQ(authenticated.account.profile_image_url, "https://example.com/zoe.png");
  EXPECT_EQ(authenticated.account.phone_number, "+4915112345678");
  EXPECT_TRUE(authenticated.account.phone_verified);
  EXPECT_FALSE(authenticated.account.disabled);
  EXPECT_FALSE(authenticated.tokens);
  EXPECT_EQ(authenticated.expires_at_ms, (now_s() + 3'590) * 1000);
  EXPECT_NE(authenticated.claims.text.find(R"("role":"admin")"), std::string::npos);
}

TEST_F(IdTokenRules, check_10_an_absent_email_is_not_verified) {
  const auto outcome = verify(signed_with(header(), claims({{"email_verified", "true"}})));
  ASSERT_EQ(name_of_outcome(outcome), "authenticated");
  EXPECT_FALSE(std::get<Authenticated>(outcome).account.email_verified);
}

TEST_F(IdTokenRules, check_01_check_10_no_spelling_of_none_is_accepted) {
  for (const std::string name : {"none", "None", "NONE", "nOnE", "none ", " none", "", "null", "n\\u006fne",
                                 "none\\u0000", "NonE", "RS256,none"}) {
    const std::string head = R"({"alg":")" + name + R"(","kid":"signing-key-1","typ":"JWT"})";
    const std::string input = to_base64url(head) + "." + to_base64url(claims());
    expect_refused(input + ".", name);
    expect_refused(input, name);
    expect_refused(input + ".AAAA", name);
    expect_refused(signed_with(head, claims()), name + " with a good signature");
  }
  for (const std::string head :
       {R"({"kid":"signing-key-1","typ":"JWT"})", R"({"alg":null,"kid":"signing-key-1"})",
        R"({"alg":["RS256"],"kid":"signing-key-1"})", R"({"alg":{"none":1},"kid":"signing-key-1"})"})
    expect_refused(signed_with(head, claims()), head);
}

TEST_F(IdTokenRules, check_10_the_algorithm_is_rs256_byte_for_byte) {
  for (const std::string name :
       {"rs256", "RS256 ", "Rs256", "RS384", "RS512", "PS256", "ES256", "EdDSA", "HS256"}) {
    const std::string head = R"({"alg":")" + name + R"(","kid":"signing-key-1"})";
    EXPECT_EQ(verdict(signed_with(head, claims())), "invalid_token") << name;
  }
  const std::string rs512 = R"({"alg":"RS512","kid":"signing-key-1"})";
  EXPECT_EQ(verdict(google_.signing_key().token(rs512, claims(), true)), "invalid_token");
}

TEST_F(IdTokenRules, check_02_check_10_a_public_key_is_no_secret) {
  const std::string head = R"({"alg":"HS256","kid":"signing-key-1","typ":"JWT"})";
  for (const std::string& secret :
       {google_.signing_key().public_key_pem(), google_.signing_key().certificate_pem()})
    EXPECT_EQ(verdict(hmac_token(head, claims(), secret)), "invalid_token");
}

TEST_F(IdTokenRules, check_10_a_key_id_is_present_and_not_empty) {
  for (const std::string head : {R"({"alg":"RS256","typ":"JWT"})", R"({"alg":"RS256","kid":""})"})
    expect_refused(signed_with(head, claims()), head);
  for (const std::string head : {R"({"alg":"RS256","kid":null})", R"({"alg":"RS256","kid":1})",
                                 R"({"alg":"RS256","kid":["signing-key-1"]})"})
    expect_refused(signed_with(head, claims()), head);
}

TEST_F(IdTokenRules, check_10_an_unknown_key_id_is_refused) {
  const std::string head = R"({"alg":"RS256","kid":"somebody-elses","typ":"JWT"})";
  EXPECT_EQ(verdict(signed_with(head, claims())), "invalid_token");
  EXPECT_EQ(verdict(shared_key("somebody-elses").token(head, claims())), "invalid_token");
}

TEST_F(IdTokenRules, check_10_the_signature_is_that_of_the_named_key) {
  EXPECT_EQ(verdict(shared_key("somebody-elses").token(header(), claims())), "invalid_token");
  google_.rotate_keys();
  host_.advance_ms(20'000'000);
  probe();
  const std::string crossed = google_.signing_key().token(header(), claims());  // signed by key 2, says key 1
  EXPECT_EQ(verdict(crossed), "invalid_token");
  EXPECT_EQ(verdict(google_.signing_key().token(claims())), "authenticated");
}

TEST_F(IdTokenRules, check_10_a_changed_token_is_refused) {
  const std::string token = signed_with(header(), claims());
  const auto dot = token.find('.');
  const std::string other = to_base64url(claims({{"sub", json_text("person-2")}}));
  EXPECT_EQ(verdict(token.substr(0, dot + 1) + other + token.substr(token.rfind('.'))), "invalid_token");
}

TEST_F(IdTokenRules, check_03_check_10_keys_in_the_header_are_ignored) {
  const RsaKey& mine = shared_key("somebody-elses");
  const std::string own =
      R"(,"jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"},"jku":"https://evil.example/keys","x5u":"https://evil.example/c","x5c":["AA"])";
  EXPECT_EQ(verdict(mine.token(header(own), claims())), "invalid_token");
  EXPECT_EQ(verdict(signed_with(header(own), claims())), "authenticated") << "and they harm nobody";
  for (const auto& fetch : fetched())
    EXPECT_EQ(fetch.url.find("evil.example"), std::string::npos) << fetch.url;
}

TEST_F(IdTokenRules, check_04_check_10_crit_is_refused) {
  for (const std::string crit : {R"(,"crit":["b64"],"b64":true)", R"(,"crit":["exp"])", R"(,"crit":[])"})
    expect_refused(signed_with(header(crit), claims()), crit);
}

TEST_F(IdTokenRules, check_05_check_10_three_segments_of_strict_base64url) {
  const std::string token = signed_with(header(), claims());
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  ASSERT_EQ(verdict(token), "authenticated");
  for (const std::string& bad :
       {token + "=", token + ".", "." + token, token + ".AAAA", token.substr(0, last),
        token.substr(0, last + 1), token.substr(0, first) + "=" + token.substr(first),
        token.substr(0, last) + "=" + token.substr(last), " " + token, token + " ", token + "\n",
        token.substr(0, first) + ".." + token.substr(last + 1), token.substr(first),
        std::string(token).replace(last + 5, 1, "+"),
        std::string(token).replace(last + 5, 1, std::string(1, '\0'))})
    expect_refused(bad, bad);
}

TEST_F(IdTokenRules, check_05_check_10_bits_beyond_the_last_byte_are_refused) {
  const std::string token = signed_with(header(), claims());
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string changed = token;  // 256 bytes leave two bits unused: the same bytes, another text
  changed.back() = kAlphabet[kAlphabet.find(changed.back()) + 1];
  ASSERT_EQ(gateway::testing::from_base64url(changed.substr(changed.rfind('.') + 1)),
            gateway::testing::from_base64url(token.substr(token.rfind('.') + 1)));
  expect_refused(changed, "non-canonical tail");
}

TEST_F(IdTokenRules, check_05_check_10_an_oversize_token_is_refused_before_it_is_decoded) {
  expect_refused(signed_with(header(), claims({{"filler", json_text(std::string(20'000, 'x'))}})),
                 "16 KiB and more");
  expect_refused(std::string(10'000'000, 'A'), "ten megabytes");
}

TEST_F(IdTokenRules, check_05_check_10_duplicate_names_are_refused) {
  expect_refused(signed_with(R"({"alg":"RS256","kid":"signing-key-1","alg":"RS256"})", claims()),
                 "alg twice");
  std::string twice = claims();
  twice.insert(1, R"("sub":"person-2",)");
  expect_refused(signed_with(header(), twice), "sub twice");
  expect_refused(signed_with(header(), claims({{"firebase", R"({"a":1,"a":2})"}})), "deeper");
}

TEST_F(IdTokenRules, check_10_header_and_claims_are_json_objects) {
  for (const std::string text : {"", "[]", "1", "\"text\"", "null", "{", "{} {}", "{\"a\":1,}"}) {
    expect_refused(signed_with(header(), text), "claims " + text);
    expect_refused(signed_with(text, claims()), "header " + text);
  }
}

TEST_F(IdTokenRules, check_08_check_10_the_issuer_is_this_project) {
  for (const std::string issuer :
       {"https://securetoken.google.com/other-project", "https://securetoken.google.com/",
        "https://securetoken.google.com/demo-project/", "http://securetoken.google.com/demo-project",
        "https://securetoken.google.com/Demo-Project", "securetoken.google.com/demo-project"})
    EXPECT_EQ(verdict_of({{"iss", json_text(issuer)}}), "not_applicable") << issuer;
  for (const std::string& iss : {std::string(), std::string("1"), std::string("null"),
                                 "[" + json_text("https://securetoken.google.com/demo-project") + "]"})
    expect_refused(signed_with(header(), claims(Members{{"iss", iss}})), "iss " + iss);
}

TEST_F(IdTokenRules, check_08_check_10_the_audience_is_this_project_as_one_text) {
  for (const std::string& audience :
       {json_text("other-project"), json_text(""), json_text("Demo-Project"),
        std::string("[\"demo-project\"]"), std::string("[\"demo-project\",\"other\"]"), std::string("null"),
        std::string("7"), std::string()})
    expect_refused(signed_with(header(), claims(Members{{"aud", audience}})), audience);
}

TEST_F(IdTokenRules, check_10_the_subject_has_1_to_128_characters) {
  for (const std::string& subject : {json_text(""), std::string(), std::string("1"), std::string("null"),
                                     std::string("[\"person-1\"]"), json_text(std::string(129, 's'))})
    expect_refused(signed_with(header(), claims(Members{{"sub", subject}})), subject);
  for (const char* subject : {R"("nul\u0000")", R"("line\nbreak")", R"("\u001b[31m")", R"("del\u007f")"})
    expect_refused(signed_with(header(), claims(Members{{"sub", subject}})), subject);
  EXPECT_EQ(verdict_of({{"sub", json_text(std::string(128, 's'))}}), "authenticated");
  std::string accented;
  for (int i = 0; i < 128; ++i)
    accented += "\xc3\xa9";
  EXPECT_EQ(verdict_of({{"sub", json_text(accented)}}), "authenticated") << "characters, not bytes";
}

TEST_F(IdTokenRules, check_08_check_10_exp_is_there_a_number_and_ahead) {
  for (const std::string& exp :
       {std::string(), json_text(at(3'590)), std::string("null"), std::string("true")})
    expect_refused(signed_with(header(), claims(Members{{"exp", exp}})), exp);
  for (const std::string& exp : {at(-31), at(-30), std::string("0"), std::string("-1e300")})
    EXPECT_EQ(verdict_of({{"exp", exp}}), "token_expired") << exp;
  EXPECT_EQ(verdict_of({{"exp", at(-29)}}), "authenticated") << "within the skew";
  for (const std::string exp : {"1e300", "9223372036854775807", "18446744073709551615"})
    EXPECT_EQ(verdict_of({{"exp", exp}}), "invalid_token") << "no token of Google lives for ever: " << exp;
}

TEST_F(IdTokenRules, check_08_check_10_iat_is_there_a_number_and_behind) {
  for (const std::string& iat :
       {std::string(), json_text(at(-10)), std::string("null"), at(31), std::string("1e300")})
    expect_refused(signed_with(header(), claims(Members{{"iat", iat}})), iat);
  EXPECT_EQ(verdict_of({{"iat", at(30)}}), "authenticated") << "within the skew";
}

TEST_F(IdTokenRules, check_08_check_10_auth_time_is_there_a_number_and_behind) {
  for (const std::string& time :
       {std::string(), json_text(at(-10)), std::string("null"), at(31), std::string("1e300")})
    expect_refused(signed_with(header(), claims(Members{{"auth_time", time}})), time);
  EXPECT_EQ(verdict_of({{"auth_time", at(30)}}), "authenticated") << "within the skew";
}

TEST_F(IdTokenRules, check_08_check_10_the_skew_is_configured) {
  run({{"ClockSkewSeconds", "0"}});
  EXPECT_EQ(verdict_of({{"exp", at(0)}}), "token_expired");
  EXPECT_EQ(verdict_of({{"iat", at(1)}}), "invalid_token");
  EXPECT_EQ(verdict_of({}), "authenticated");
}

TEST_F(IdTokenRules, check_10_the_tenant_is_the_configured_one) {
  const auto of_tenant = [&](const std::string& tenant) {
    return verdict_of({{"firebase", R"({"sign_in_provider":"password","tenant":)" + tenant + "}"}});
  };
  EXPECT_EQ(of_tenant(json_text("tenant-1")), "invalid_token") << "none is configured";
  for (const std::string tenant : {"[\"tenant-1\"]", "{}", "1", "null", "true"})
    EXPECT_EQ(of_tenant(tenant), "invalid_token") << "not taken for none: " << tenant;
  for (const std::string claim : {"\"tenant-1\"", "[]", R"([{"tenant":"tenant-1"}])", "1", "null", "false"})
    EXPECT_EQ(verdict_of({{"firebase", claim}}), "invalid_token") << "not taken for none: " << claim;
  run({{"TenantId", json_text("tenant-1")}});
  EXPECT_EQ(of_tenant(json_text("tenant-1")), "authenticated");
  EXPECT_EQ(of_tenant(json_text("tenant-2")), "invalid_token");
  EXPECT_EQ(of_tenant("[\"tenant-1\"]"), "invalid_token");
  EXPECT_EQ(verdict_of({}), "invalid_token") << "of no tenant";
  EXPECT_EQ(verdict_of({{"firebase", ""}}), "invalid_token");
}

TEST_F(IdTokenRules, check_09_check_10_a_token_of_another_type_is_refused) {
  for (const std::string type : {"at+jwt", "logout+jwt"})
    EXPECT_EQ(
        verdict(signed_with(R"({"alg":"RS256","kid":"signing-key-1","typ":")" + type + R"("})", claims())),
        "invalid_token")
        << type;
  EXPECT_EQ(verdict(signed_with(R"({"alg":"RS256","kid":"signing-key-1"})", claims())), "authenticated");
}

TEST_F(IdTokenRules, check_10_session_cookies_have_their_own_issuer_and_keys) {
  const Members cookie{{"iss", json_text("https://session.firebase.google.com/demo-project")},
                       {"exp", at(5 * 24 * 3'600)}};
  const std::string good = google_.cookie_key().token(claims(cookie));
  EXPECT_EQ(verdict(good), "authenticated");
  EXPECT_EQ(verdict(google_.signing_key().token(claims(cookie))), "invalid_token") << "an ID token's key";
  EXPECT_EQ(verdict(google_.cookie_key().token(claims())), "invalid_token") << "a cookie's key";
  EXPECT_EQ(verdict_of({{"exp", at(15 * 24 * 3'600)}}), "invalid_token") << "longer than a cookie may live";
}

TEST_F(IdTokenRules, check_10_what_is_no_firebase_token_is_not_ours_to_judge) {
  for (const std::string token : {"", ".", "..", "...", "a.b.c", "not a token"})
    EXPECT_EQ(verdict(token), "not_applicable") << token;
  EXPECT_EQ(verdict_of({{"iss", json_text("https://accounts.google.com")}}), "not_applicable");
}

TEST_F(IdTokenRules, check_10_a_known_key_needs_no_network) {
  const std::string token = signed_with(header(), claims());
  ASSERT_EQ(verdict(token), "authenticated");
  const std::size_t before = fetched().size();
  set_away(unavailable("Google is away"));
  EXPECT_EQ(verdict(token), "authenticated");
  EXPECT_EQ(verdict_of({{"exp", at(-100)}}), "token_expired");
  EXPECT_EQ(fetched().size(), before);
}

}  // namespace
}  // namespace gateway::firebase
