// Hostile headers, segments and signatures: nothing here reaches a claim.
#include <string>

#include <gtest/gtest.h>

#include <gateway/toolkit/jose/jws.hpp>
#include <gateway/toolkit/sha256.hpp>

#include "tests/unit/toolkit/jose_samples.hpp"
#include "tests/unit/toolkit/sample_pems.hpp"

namespace gateway::toolkit {
namespace {

using samples::kClaims;
using namespace std::string_view_literals;

using samples::key_of;
using samples::kHeader;
using samples::kNow;
using samples::policy;
using samples::sign_raw;
using samples::signed_token;
using samples::verdict;

// All algorithms allowed: what is refused below is not refused for want of configuration.
JwtPolicy open_policy() {
  auto open = policy();
  open.algorithms = {JwsAlgorithm::ES256, JwsAlgorithm::RS256, JwsAlgorithm::EdDSA};
  return open;
}

std::string header_with(std::string_view more) {
  return R"({"alg":"ES256","kid":"ES256","typ":"at+jwt",)" + std::string(more) + "}";
}

// The parts one after the other, with `glue` between them.
std::string join(std::initializer_list<std::string_view> parts, std::string_view glue = ".") {
  std::string text;
  for (const auto& part : parts) {
    if (&part != parts.begin()) text.append(glue);
    text.append(part);
  }
  return text;
}

struct Segments {
  std::string header;
  std::string payload;
  std::string signature;
};

Segments split(const std::string& token) {
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  return {token.substr(0, first), token.substr(first + 1, last - first - 1), token.substr(last + 1)};
}

TEST(JwtHostile, TheHonestTokenIsAccepted) {
  EXPECT_EQ(verdict(signed_token()), "accepted");
  for (const auto algorithm : {JwsAlgorithm::ES256, JwsAlgorithm::RS256, JwsAlgorithm::EdDSA}) {
    const auto name = std::string(to_string(algorithm));
    const auto token = sign_jws(key_of(algorithm), name, "at+jwt", kClaims);
    ASSERT_TRUE(token.ok());
    EXPECT_EQ(verdict(*token, open_policy()), "accepted") << name;
  }
}

TEST(JwtHostile, check_01_NoneNeverPassesInAnySpelling) {
  for (const char* name : {"none", "None", "NONE", "nOnE", "none ", " none", "", "\\u006eone", "null"}) {
    const std::string header = R"({"alg":")" + std::string(name) + R"(","kid":"ES256","typ":"at+jwt"})";
    const auto input = base64url_encode(header) + "." + base64url_encode(kClaims) + ".";
    EXPECT_EQ(verdict(input, open_policy()), "malformed") << name;  // no signature
    EXPECT_EQ(verdict(input + "AA", open_policy()), "algorithm not allowed") << name;
    EXPECT_EQ(verdict(signed_token(header), open_policy()), "algorithm not allowed") << name;
  }
  for (const char* value : {"null", "1", "true", "[]", R"(["ES256"])", R"({"alg":"ES256"})"}) {
    EXPECT_EQ(verdict(signed_token(R"({"alg":)" + std::string(value) + R"(,"kid":"ES256"})"), open_policy()),
              "malformed");
  }
  EXPECT_EQ(verdict(signed_token(R"({"kid":"ES256","typ":"at+jwt"})"), open_policy()), "malformed");
}

TEST(JwtHostile, check_01_AlgorithmIsComparedByteForByte) {
  for (const char* name :
       {"es256", "ES256 ", "ES-256", "ES384", "ES256K", "RS384", "PS256", "Es256", "eddsa", "Ed25519"}) {
    EXPECT_EQ(verdict(signed_token(R"({"alg":")" + std::string(name) + R"(","kid":"ES256","typ":"at+jwt"})"),
                      open_policy()),
              "algorithm not allowed")
        << name;
  }
}

TEST(JwtHostile, check_01_OnlyTheIssuersAlgorithms) {
  auto only_rs256 = policy();
  only_rs256.algorithms = {JwsAlgorithm::RS256};
  EXPECT_EQ(verdict(signed_token(), only_rs256), "algorithm not allowed");
  auto nothing = policy();
  nothing.algorithms.clear();
  EXPECT_EQ(verdict(signed_token(), nothing), "algorithm not allowed");
}

TEST(JwtHostile, check_01_KeyAlgorithmEqualsHeaderAlgorithm) {
  for (const char* kid : {"RS256", "EdDSA"}) {
    EXPECT_EQ(verdict(signed_token(R"({"alg":"ES256","kid":")" + std::string(kid) + R"(","typ":"at+jwt"})"),
                      open_policy()),
              "key of another algorithm");
  }
  EXPECT_EQ(verdict(signed_token(R"({"alg":"RS256","kid":"ES256","typ":"at+jwt"})"), open_policy()),
            "key of another algorithm");
}

// The classic: the public key, as text, used as the secret of an HMAC.
TEST(JwtHostile, check_02_PublicKeyIsNoHmacSecret) {
  const auto jwk = key_of(JwsAlgorithm::RS256).public_key().required_members();
  for (const char* name : {"HS256", "HS384", "HS512", "hs256", "RS256", "ES256"}) {
    for (const std::string_view secret : {std::string_view(jwk), std::string_view(), samples::kRsaSpki}) {
      const auto input =
          base64url_encode(R"({"alg":")" + std::string(name) + R"(","kid":"RS256","typ":"at+jwt"})") + "." +
          base64url_encode(kClaims);
      const auto token = input + "." + base64url_encode(view_of(hmac_sha256(secret, input)));
      const auto result = verdict(token, open_policy());
      EXPECT_TRUE(result == "algorithm not allowed" || result == "bad signature" ||
                  result == "key of another algorithm")
          << name << ": " << result;
    }
  }
}

TEST(JwtHostile, check_03_KeysInHeadersAreIgnored) {
  const auto attacker = PrivateKey::generate(JwsAlgorithm::ES256).value();
  const auto own_jwk = R"("jwk":)" + attacker.public_key().required_members();
  for (const auto& extra :
       {own_jwk, std::string(R"("jku":"https://attacker.example/keys")"),
        std::string(R"("x5u":"https://attacker.example/cert")"), std::string(R"("x5c":["MIIB"])")}) {
    EXPECT_EQ(verdict(sign_raw(attacker, header_with(extra), kClaims)), "bad signature") << extra;
    EXPECT_EQ(verdict(signed_token(header_with(extra))), "accepted") << extra;
  }
  EXPECT_EQ(verdict(sign_raw(attacker, R"({"alg":"ES256","typ":"at+jwt",)" + own_jwk + "}", kClaims)),
            "missing key id");
}

TEST(JwtHostile, check_03_KeyIdIsABoundedMapKey) {
  const auto with_kid = [](const std::string& kid) {
    return verdict(signed_token(R"({"alg":"ES256","kid":)" + kid + R"(,"typ":"at+jwt"})"));
  };
  for (const char* kid : {R"("")", "null", "1", "[]", R"(["ES256"])", "{}"})
    EXPECT_EQ(with_kid(kid), "malformed") << kid;
  EXPECT_EQ(with_kid('"' + std::string(kMaxKeyIdBytes + 1, 'k') + '"'), "malformed");
  EXPECT_EQ(with_kid('"' + std::string(kMaxKeyIdBytes, 'k') + '"'), "unknown key");
  for (const char* kid :
       {R"("../../dev/null")", R"("ES256' OR '1'='1")", R"("ES256\u0000")", R"("es256")", R"(" ES256")"}) {
    EXPECT_EQ(with_kid(kid), "unknown key") << kid;
  }
  EXPECT_EQ(verdict(signed_token(R"({"alg":"ES256","typ":"at+jwt"})")), "missing key id");
}

TEST(JwtHostile, UnknownKeyNamesTheKey) {
  const auto outcome =
      verify_jwt(signed_token(R"({"alg":"ES256","kid":"next"})"), samples::all_keys(), policy(), kNow);
  const auto* rejected = std::get_if<JwtRejected>(&outcome);
  ASSERT_NE(rejected, nullptr);
  EXPECT_EQ(rejected->reason, JwtReason::UnknownKey);
  EXPECT_EQ(rejected->key_id, "next");
}

TEST(JwtHostile, check_04_CriticalExtensionsAreRefused) {
  for (const char* crit :
       {R"("crit":["exp"])", R"("crit":["b64"],"b64":false)", R"("crit":[])", R"("crit":null)",
        R"("crit":"exp")", R"("crit":["http://example.com/x"],"http://example.com/x":1)"}) {
    EXPECT_EQ(verdict(signed_token(header_with(crit))), "malformed") << crit;
  }
}

TEST(JwtHostile, check_05_ExactlyThreeSegments) {
  const auto token = signed_token();
  const auto [header, payload, signature] = split(token);
  for (const auto& bad : {join({}), join({"", ""}), join({"", "", ""}), join({"", "", "", ""}), header,
                          join({header, payload}), join({header, payload, ""}), join({header, "", ""}),
                          join({"", payload, signature}), join({"", token}), join({token, ""}),
                          join({token, signature}), join({header, "", payload, signature})}) {
    EXPECT_EQ(verdict(bad), "malformed") << bad;
  }
  EXPECT_EQ(verdict(join({header, "", signature})), "bad signature");  // an empty payload is a payload
}

TEST(JwtHostile, check_05_StrictBase64UrlInEverySegment) {
  const auto [header, payload, signature] = split(signed_token());
  for (const std::string_view stray :
       {"="sv, "=="sv, " "sv, "\n"sv, "\t"sv, "+"sv, "/"sv, "%"sv, "\x80"sv, "\0"sv}) {
    const auto spoilt = [stray](std::string_view segment, std::size_t at) {
      return join({segment.substr(0, at), segment.substr(at)}, stray);
    };
    for (const std::size_t at : {std::size_t{0}, std::size_t{8}}) {
      EXPECT_EQ(verdict(join({spoilt(header, at), payload, signature})), "malformed");
      EXPECT_EQ(verdict(join({header, spoilt(payload, at), signature})), "malformed");
      EXPECT_EQ(verdict(join({header, payload, spoilt(signature, at)})), "malformed");
    }
    EXPECT_EQ(verdict(join({spoilt(header, header.size()), payload, signature})), "malformed");
    EXPECT_EQ(verdict(join({header, spoilt(payload, payload.size()), signature})), "malformed");
    EXPECT_EQ(verdict(join({header, payload, spoilt(signature, signature.size())})), "malformed");
  }
}

// 64 bytes leave four unused bits in their last character: only zeros there are canonical.
TEST(JwtHostile, check_05_NonCanonicalTailBits) {
  const auto [header, payload, signature] = split(signed_token());
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto value = kAlphabet.find(signature.back());
  ASSERT_EQ(value % 16, 0U);
  for (std::size_t bits = 1; bits < 16; ++bits) {
    auto twin = signature;
    twin.back() = kAlphabet[value + bits];
    EXPECT_EQ(verdict(join({header, payload, twin})), "malformed");
  }
}

TEST(JwtHostile, check_05_SizeCapComesFirst) {
  const auto token = signed_token();
  EXPECT_EQ(verdict(token + std::string(kMaxTokenBytes, 'A')), "too large");
  EXPECT_EQ(verdict(std::string(kMaxTokenBytes + 1, '!')), "too large");
  EXPECT_EQ(verdict(std::string(kMaxTokenBytes, '!')), "malformed");
}

TEST(JwtHostile, check_05_HeaderIsOneStrictJsonObject) {
  for (const char* header :
       {"", "null", "[]", "\"ES256\"", "{", "{}x", R"({"alg":"ES256","kid":"ES256","alg":"none"})",
        R"({"alg":"none","alg":"ES256","kid":"ES256"})",
        R"({"alg":"ES256","kid":"ES256","\u0061lg":"ES256"})",
        R"({"alg":"ES256","kid":"other","kid":"ES256"})",
        R"({"alg":"ES256","kid":"ES256","x":{"y":1,"y":2}})",
        R"({"alg":"ES256","kid":"ES256","x":[[[[1]]]]})", R"({"alg":"ES256","kid":"ES256",})",
        R"({alg:"ES256"})", "\xef\xbb\xbf{\"alg\":\"ES256\",\"kid\":\"ES256\"}",
        "{\"alg\":\"ES256\",\"kid\":\"\xff\"}", R"({"alg":"ES256","kid":"\udc00"})",
        R"({"alg":"ES256","kid":"ES256","typ":1})", R"({"alg":"ES256","kid":"ES256","typ":""})"}) {
    EXPECT_EQ(verdict(signed_token(header)), "malformed") << header;
  }
  EXPECT_EQ(verdict(signed_token(std::string(kHeader) + std::string(1, '\0') + "{}")), "malformed");
  EXPECT_EQ(verdict(signed_token(header_with(R"("x":")" + std::string(70, 'x') + '"'))), "accepted");
}

TEST(JwtHostile, check_05_ClaimsAreOneStrictJsonObject) {
  const std::string claims(kClaims);
  const auto with = [&claims](std::string_view more) {
    return claims.substr(0, claims.size() - 1) + std::string(more) + "}";
  };
  for (const auto& bad :
       {std::string(), std::string("null"), std::string("[]"), std::string("{"), claims + "x",
        claims + claims, claims + std::string(1, '\0'), with(R"(,"sub":"admin")"),
        with(R"(,"\u0073ub":"admin")"), with(R"(,"x":{"a":1,"a":2})"),
        with(R"(,"x":)" + std::string(16, '[') + std::string(16, ']')), with(R"(,"x":NaN)"),
        with(R"(,"x":1e999)"), with(",\"x\":\"\xff\"")}) {
    EXPECT_EQ(verdict(signed_token(kHeader, bad)), "malformed claims") << bad;
  }
  EXPECT_EQ(verdict(signed_token(kHeader, with(R"(,"x":)" + std::string(15, '[') + std::string(15, ']')))),
            "accepted");
}

TEST(JwtHostile, check_06_SignatureLengthsAndRanges) {
  const auto token = signed_token();
  const auto input = token.substr(0, token.rfind('.'));
  const auto good = *base64url_decode(split(token).signature);
  const std::string zero(32, '\0');
  const std::string order = *base64url_decode("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE");
  for (const auto& bad : {good.substr(0, 63), good + '\0', good + std::string(8, '\0'), good.substr(0, 1),
                          zero + good.substr(32), good.substr(0, 32) + zero, order + good.substr(32),
                          good.substr(0, 32) + order, zero + zero, good.substr(32) + good.substr(0, 32)}) {
    EXPECT_EQ(verdict(input + "." + base64url_encode(bad)), "bad signature");
  }
}

// Every single changed character of a token makes it a token nobody signed.
TEST(JwtHostile, check_01_EveryByteIsUnderTheSignature) {
  const auto token = signed_token();
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto other = token;
    other[i] = other[i] == 'Q' ? 'R' : 'Q';
    EXPECT_NE(verdict(other), "accepted") << i;
  }
}

TEST(JwtHostile, SignaturesDoNotMoveBetweenTokens) {
  const auto first = split(signed_token());
  const auto second = split(signed_token(
      kHeader, R"({"iss":"https://issuer.example","aud":"api","sub":"admin","exp":1700000300})"));
  EXPECT_EQ(verdict(first.header + "." + second.payload + "." + first.signature), "bad signature");
}

}  // namespace
}  // namespace gateway::toolkit
