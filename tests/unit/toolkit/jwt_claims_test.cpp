// Claims of tokens whose signature is good: who they are for, from whom, when, and of which kind.
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include <gateway/toolkit/jose/jws.hpp>

#include "tests/unit/toolkit/jose_samples.hpp"

namespace gateway::toolkit {
namespace {

using samples::kHeader;
using samples::kNow;
using samples::policy;
using samples::signed_token;
using samples::verdict;

// The usual claims with one replaced (or, with an empty value, left out) or added.
std::string claims_with(std::string_view name, std::string_view value) {
  std::string text;
  bool replaced = false;
  for (const auto& [known, usual] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"iss", R"("https://issuer.example")"},
           {"aud", R"("api")"},
           {"sub", R"("user-1")"},
           {"exp", "1700000300"}}) {
    const auto chosen = known == name ? value : usual;
    replaced = replaced || known == name;
    if (!chosen.empty()) text.append(",\"").append(known).append("\":").append(chosen);
  }
  if (!replaced) text.append(",\"").append(name).append("\":").append(value);
  text.front() = '{';
  return text + "}";
}

std::string verdict_with(std::string_view name, std::string_view value, const JwtPolicy& by = policy(),
                         std::int64_t now_s = kNow) {
  return verdict(signed_token(kHeader, claims_with(name, value)), by, now_s);
}

std::string verdict_of_type(std::string_view header_type, const JwtPolicy& by,
                            std::string_view claims = samples::kClaims) {
  const std::string typ = header_type.empty() ? "" : R"(,"typ":")" + std::string(header_type) + '"';
  return verdict(signed_token(R"({"alg":"ES256","kid":"ES256")" + typ + "}", claims), by);
}

JwtPolicy policy_for(std::vector<std::string> types) {
  auto by = policy();
  by.types = std::move(types);
  return by;
}

TEST(JwtClaims, GiveATypedView) {
  const auto outcome = verify_jwt(
      signed_token(
          kHeader,
          R"({"iss":"https://issuer.example","aud":["api"],"sub":"user-1","jti":"id","nonce":"n","exp":1700000300,)"
          R"("nbf":1699999999.9,"iat":1699999990,"auth_time":1699990000,"roles":["a"],"name":"x"})"),
      samples::all_keys(), policy(), kNow);
  const auto* jwt = std::get_if<VerifiedJwt>(&outcome);
  ASSERT_NE(jwt, nullptr) << samples::name_of(outcome);
  EXPECT_EQ(jwt->key_id, "ES256");
  EXPECT_EQ(jwt->type, "at+jwt");
  EXPECT_EQ(jwt->algorithm, JwsAlgorithm::ES256);
  const auto& claims = jwt->claims;
  EXPECT_EQ(claims.issuer(), "https://issuer.example");
  EXPECT_EQ(claims.subject(), "user-1");
  EXPECT_EQ(claims.jwt_id(), "id");
  EXPECT_EQ(claims.nonce(), "n");
  EXPECT_EQ(claims.audiences(), std::vector<std::string_view>{"api"});
  EXPECT_EQ(claims.expires_at_s(), 1'700'000'300);
  EXPECT_EQ(claims.not_before_s(), 1'699'999'999);
  EXPECT_EQ(claims.issued_at_s(), 1'699'999'990);
  EXPECT_EQ(claims.authenticated_at_s(), 1'699'990'000);
  EXPECT_EQ(claims.text("name"), "x");
  EXPECT_EQ(claims.text("roles"), "");
  EXPECT_EQ(claims.text("missing"), "");
  ASSERT_NE(claims.find("roles"), nullptr);
  EXPECT_EQ(claims.find("missing"), nullptr);
}

TEST(JwtClaims, ViewsSurviveMoves) {
  auto outcome = verify_jwt(signed_token(), samples::all_keys(), policy(), kNow);
  const auto subject = std::get<VerifiedJwt>(outcome).claims.subject();
  const auto moved = std::get<VerifiedJwt>(std::move(outcome));
  EXPECT_EQ(moved.claims.subject(), "user-1");
  EXPECT_EQ(moved.claims.subject().data(), subject.data());
}

TEST(JwtClaims, check_08_IssuerIsExact) {
  EXPECT_EQ(verdict_with("iss", R"("https://issuer.example")"), "accepted");
  for (const char* issuer : {R"("https://issuer.example/")", R"("https://issuer.exampl")",
                             R"("https://issuer.example.attacker.test")", R"("https://ISSUER.example")",
                             R"("http://issuer.example")", R"(" https://issuer.example")",
                             R"("https://issuer.example\u0000")", R"("issuer.example")"}) {
    EXPECT_EQ(verdict_with("iss", issuer), "wrong issuer") << issuer;
  }
  for (const char* issuer : {R"("")", "null", "1", R"(["https://issuer.example"])", "{}"}) {
    EXPECT_EQ(verdict_with("iss", issuer), "malformed claims") << issuer;
  }
  EXPECT_EQ(verdict_with("iss", ""), "missing claim");
}

TEST(JwtClaims, check_08_AudienceIsAllowListed) {
  for (const char* audience : {R"("api")", R"(["api"])", R"(["api","api"])"}) {
    EXPECT_EQ(verdict_with("aud", audience), "accepted") << audience;
  }
  for (const char* audience :
       {R"("API")", R"("ap")", R"("api2")", R"(["other"])", R"(["api","other"])", R"("api other")"}) {
    EXPECT_EQ(verdict_with("aud", audience), "wrong audience") << audience;
  }
  for (const char* audience :
       {"[]", R"("")", "null", "1", R"([1])", R"(["api",1])", R"([["api"]])", R"({"api":1})"}) {
    EXPECT_EQ(verdict_with("aud", audience), "malformed claims") << audience;
  }
  EXPECT_EQ(verdict_with("aud", ""), "missing claim");
  std::string many = R"("api")";
  for (int i = 0; i < 64; ++i)
    many += R"(,"api")";
  EXPECT_EQ(verdict_with("aud", "[" + many + "]"), "malformed claims");
}

TEST(JwtClaims, check_08_AudienceRules) {
  auto any = policy();
  any.audience_rule = AudienceRule::AnyKnown;
  EXPECT_EQ(verdict_with("aud", R"(["other","api"])", any), "accepted");
  EXPECT_EQ(verdict_with("aud", R"(["other"])", any), "wrong audience");
  auto single = policy();
  single.audience_rule = AudienceRule::SingleString;
  EXPECT_EQ(verdict_with("aud", R"("api")", single), "accepted");
  EXPECT_EQ(verdict_with("aud", R"(["api"])", single), "wrong audience");
  auto two = policy();
  two.audiences = {"web", "api"};
  EXPECT_EQ(verdict_with("aud", R"(["api","web"])", two), "accepted");
}

TEST(JwtClaims, check_08_AnEmptyPolicyAcceptsNothing) {
  auto by = policy();
  by.issuer.clear();
  EXPECT_EQ(verdict(signed_token(), by), "wrong issuer");
  by = policy();
  by.audiences.clear();
  EXPECT_EQ(verdict(signed_token(), by), "wrong audience");
  by = policy();
  by.types.clear();
  EXPECT_EQ(verdict(signed_token(), by), "wrong type");
}

TEST(JwtClaims, check_08_ExpiryIsRequiredAndHasBoundedSkew) {
  EXPECT_EQ(verdict_with("exp", ""), "missing claim");
  EXPECT_EQ(verdict_with("exp", "1699999941"), "accepted");  // 59 s ago
  EXPECT_EQ(verdict_with("exp", "1699999940"), "expired");   // 60 s ago: RFC 7519 wants the time before exp
  auto strict = policy();
  strict.clock_skew_s = 0;
  EXPECT_EQ(verdict_with("exp", "1700000001", strict), "accepted");
  EXPECT_EQ(verdict_with("exp", "1700000000", strict), "expired");
  auto wide = policy();
  wide.clock_skew_s = 86'400;
  EXPECT_EQ(verdict_with("exp", "1699999940", wide), "expired");  // cut to 60 s
  auto negative = policy();
  negative.clock_skew_s = -100;
  EXPECT_EQ(verdict_with("exp", "1700000001", negative), "accepted");
}

TEST(JwtClaims, check_08_NumbersSaturateAndNeverWrap) {
  for (const char* number : {"1e300", "9223372036854775807", "9223372036854775808", "18446744073709551615",
                             "18446744073709551616", "9.3e18", "1e308", "1700000300.999"}) {
    EXPECT_EQ(verdict_with("exp", number), "accepted") << number;
  }
  for (const char* number : {"0", "-1", "-1e300", "-9223372036854775808", "-9223372036854775809", "-9.3e18",
                             "1e-300", "-0.0", "1699999940.999", "1.5"}) {
    EXPECT_EQ(verdict_with("exp", number), "expired") << number;
  }
  for (const char* claim : {"nbf", "iat", "auth_time"}) {
    EXPECT_EQ(verdict_with(claim, "1e300"), "not yet valid") << claim;
    EXPECT_EQ(verdict_with(claim, "18446744073709551615"), "not yet valid") << claim;
    EXPECT_EQ(verdict_with(claim, "-1e300"), "accepted") << claim;
  }
}

TEST(JwtClaims, check_08_DatesAreNumbers) {
  for (const char* claim : {"exp", "nbf", "iat", "auth_time"}) {
    for (const char* value : {R"("1700000300")", "true", "null", "[1700000300]", "{}", R"("")"}) {
      EXPECT_EQ(verdict_with(claim, value), "malformed claims") << claim << value;
    }
  }
}

TEST(JwtClaims, check_08_NotBeforeAndIssuedAtHaveBoundedSkew) {
  auto wide = policy();
  wide.clock_skew_s = 3'600;
  for (const char* claim : {"nbf", "iat", "auth_time"}) {
    EXPECT_EQ(verdict_with(claim, "1700000060"), "accepted") << claim;
    EXPECT_EQ(verdict_with(claim, "1700000061"), "not yet valid") << claim;
    EXPECT_EQ(verdict_with(claim, "1700000061", wide), "not yet valid") << claim;
  }
}

TEST(JwtClaims, check_08_RequiredClaims) {
  EXPECT_EQ(verdict_with("sub", ""), "missing claim");
  EXPECT_EQ(verdict_with("sub", R"("")"), "malformed claims");
  EXPECT_EQ(verdict_with("sub", "1"), "malformed claims");
  EXPECT_EQ(verdict_with("sub", '"' + std::string(2'049, 'x') + '"'), "malformed claims");
  auto firebase = policy();
  firebase.required_claims = {"sub", "iat", "auth_time"};
  EXPECT_EQ(verdict(signed_token(), firebase), "missing claim");
  EXPECT_EQ(verdict_with("auth_time", R"(1,"iat":1)", firebase), "accepted");
}

TEST(JwtClaims, check_08_MaximumAge) {
  auto recent = policy();
  recent.max_age_s = 300;
  EXPECT_EQ(verdict(signed_token(), recent), "missing claim");
  EXPECT_EQ(verdict_with("auth_time", "1699999640", recent), "accepted");  // 300 s and the skew
  EXPECT_EQ(verdict_with("auth_time", "1699999639", recent), "authentication too old");
}

TEST(JwtClaims, check_09_KindsOfTokensAreKeptApart) {
  const auto access = policy_for({std::string(jwt_type::kAccessToken)});
  const auto id = policy_for({std::string(jwt_type::kIdToken), ""});
  const auto logout = policy_for({std::string(jwt_type::kLogoutToken)});
  const auto logout_claims =
      claims_with("events", R"({"http://schemas.openid.net/event/backchannel-logout":{}})");

  EXPECT_EQ(verdict_of_type("at+jwt", access), "accepted");
  EXPECT_EQ(verdict_of_type("JWT", access), "wrong type");
  EXPECT_EQ(verdict_of_type("", access), "wrong type");
  EXPECT_EQ(verdict_of_type("logout+jwt", access, logout_claims), "wrong type");

  EXPECT_EQ(verdict_of_type("JWT", id), "accepted");
  EXPECT_EQ(verdict_of_type("", id), "accepted");
  EXPECT_EQ(verdict_of_type("at+jwt", id), "wrong type");
  EXPECT_EQ(verdict_of_type("logout+jwt", id, logout_claims), "wrong type");

  EXPECT_EQ(verdict_of_type("logout+jwt", logout, logout_claims), "accepted");
  EXPECT_EQ(verdict_of_type("at+jwt", logout), "wrong type");
  EXPECT_EQ(verdict_of_type("JWT", logout), "wrong type");
}

TEST(JwtClaims, check_09_ALogoutTokenIsKnownByItsEvent) {
  const auto id = policy_for({"JWT", ""});
  const auto logout_claims =
      claims_with("events", R"({"http://schemas.openid.net/event/backchannel-logout":{}})");
  EXPECT_EQ(verdict_of_type("JWT", id, logout_claims), "wrong type");
  EXPECT_EQ(verdict_of_type("at+jwt", policy(), logout_claims), "wrong type");
  EXPECT_EQ(verdict_of_type("logout+jwt", policy_for({"logout+jwt"})),
            "wrong type");  // the type without the event
  EXPECT_EQ(verdict_of_type("JWT", id, claims_with("events", R"({"https://example.com/other":{}})")),
            "accepted");
}

TEST(JwtClaims, check_09_TypesCompareAsMediaTypes) {
  for (const char* type : {"at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"}) {
    EXPECT_EQ(verdict_of_type(type, policy()), "accepted") << type;
  }
  for (const char* type :
       {"at+jwt ", "at+jwtx", "t+jwt", "text/at+jwt", "application/", "application/application/at+jwt"}) {
    EXPECT_EQ(verdict_of_type(type, policy()), "wrong type") << type;
  }
  EXPECT_EQ(verdict_of_type("application/", policy_for({""})), "wrong type");
}

TEST(JwtClaims, UnverifiedIssuerIsOnlyAName) {
  EXPECT_EQ(UnverifiedJwt(signed_token()).issuer(), "https://issuer.example");
  EXPECT_EQ(UnverifiedJwt(signed_token(kHeader, "{}")).issuer(), "");
  EXPECT_EQ(UnverifiedJwt(signed_token(kHeader, R"({"iss":1})")).issuer(), "");
  EXPECT_EQ(UnverifiedJwt("a.b.c").issuer(), "");
  const auto large = signed_token(kHeader, claims_with("x", '"' + std::string(13'000, 'x') + '"'));
  ASSERT_GT(large.size(), kMaxTokenBytes);
  EXPECT_EQ(UnverifiedJwt(large).issuer(), "");
}

TEST(JwtClaims, ReasonsHaveNames) {
  for (auto reason = JwtReason::TooLarge; reason <= JwtReason::TooOld;
       reason = static_cast<JwtReason>(static_cast<int>(reason) + 1)) {
    EXPECT_NE(to_string(reason), "unknown");
  }
}

}  // namespace
}  // namespace gateway::toolkit
