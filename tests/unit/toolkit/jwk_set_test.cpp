#include "gateway/toolkit/jose/jwk_set.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/toolkit/jose_samples.hpp"
#include "tests/unit/toolkit/sample_pems.hpp"

namespace gateway::toolkit {
namespace {

using samples::all_keys;
using samples::key_of;

// A JWK of the sample key, with more members put in front.
std::string jwk(std::string_view more, JwsAlgorithm algorithm = JwsAlgorithm::ES256) {
  auto text = key_of(algorithm).public_key().required_members();
  return "{" + std::string(more) + (more.empty() ? "" : ",") + text.substr(1);
}

std::string set_of(std::initializer_list<std::string> keys) {
  std::string text;
  for (const auto& key : keys)
    text += (text.empty() ? "" : ",") + key;
  return R"({"keys":[)" + text + "]}";
}

TEST(JwkSet, RoundTripsItsOwnForm) {
  const auto parsed = JwkSet::parse(all_keys().to_json());
  ASSERT_TRUE(parsed.ok()) << parsed.error().detail;
  EXPECT_EQ(parsed->size(), 3U);
  EXPECT_EQ(parsed->to_json(), all_keys().to_json());
  for (const char* kid : {"ES256", "RS256", "EdDSA"}) {
    const auto* key = parsed->find(kid);
    ASSERT_NE(key, nullptr) << kid;
    EXPECT_EQ(to_string(key->algorithm()), kid);
    EXPECT_EQ(key->thumbprint(), all_keys().find(kid)->thumbprint());
  }
  EXPECT_EQ(parsed->find(""), nullptr);
  EXPECT_EQ(parsed->find("es256"), nullptr);
  EXPECT_EQ(parsed->find("ES256 "), nullptr);
}

TEST(JwkSet, PublishesOnlyThePublicHalf) {
  const auto json = parse_json(all_keys().to_json());
  ASSERT_TRUE(json.ok());
  for (const auto& key : (*json)["keys"].GetArray()) {
    for (const char* name : {"d", "p", "q", "dp", "dq", "qi", "k", "oth"})
      EXPECT_FALSE(key.HasMember(name)) << name;
    EXPECT_STREQ(key["use"].GetString(), "sig");
    EXPECT_STREQ(key["alg"].GetString(), key["kid"].GetString());
  }
}

TEST(JwkSet, EscapesKeyIds) {
  const std::string kid = "a\"b\\\n\x01";
  const auto set = JwkSet::from_keys({{kid, key_of(JwsAlgorithm::ES256).public_key()}});
  ASSERT_TRUE(set.ok());
  EXPECT_NE(JwkSet::parse(set->to_json())->find(kid), nullptr);
}

TEST(JwkSet, SkipsKeysThatAreNotForUs) {
  const auto set = JwkSet::parse(set_of({
      R"({"kty":"EC","kid":"1","crv":"P-384","x":"AA","y":"AA"})",
      R"({"kty":"OKP","kid":"2","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
      R"({"kty":"XYZ","kid":"3"})",
      R"({"kty":"RSA","kid":"4","n":"AQAB","e":"AQAB"})",
      R"({"kty":"RSA","kid":"5"})",
      R"({"kty":"EC","kid":"6","crv":"P-256","x":"AA==","y":1})",
      jwk(""),
      jwk(R"("kid":"good")"),
  }));
  ASSERT_TRUE(set.ok()) << set.error().detail;
  EXPECT_EQ(set->size(), 1U);
  EXPECT_NE(set->find("good"), nullptr);
  EXPECT_EQ(set->skipped().size(), 7U);
  EXPECT_NE(set->skipped().front().find("key 0"), std::string::npos);
}

TEST(JwkSet, check_07_HonoursUse) {
  EXPECT_EQ(JwkSet::parse(set_of({jwk(R"("kid":"a","use":"sig")")}))->size(), 1U);
  for (const char* use : {R"("enc")", R"("SIG")", R"("")", "null", "1", R"(["sig"])"}) {
    const auto set = JwkSet::parse(set_of({jwk(R"("kid":"a","use":)" + std::string(use))}));
    ASSERT_TRUE(set.ok());
    EXPECT_TRUE(set->empty()) << use;
  }
}

TEST(JwkSet, check_07_HonoursKeyOps) {
  EXPECT_EQ(JwkSet::parse(set_of({jwk(R"("kid":"a","key_ops":["verify"])")}))->size(), 1U);
  EXPECT_EQ(JwkSet::parse(set_of({jwk(R"("kid":"a","key_ops":["sign","verify"])")}))->size(), 1U);
  for (const char* operations :
       {R"(["sign"])", "[]", R"(["encrypt","wrapKey"])", R"("verify")", "null", R"(["Verify"])"}) {
    const auto set = JwkSet::parse(set_of({jwk(R"("kid":"a","key_ops":)" + std::string(operations))}));
    ASSERT_TRUE(set.ok());
    EXPECT_TRUE(set->empty()) << operations;
  }
  EXPECT_TRUE(JwkSet::parse(set_of({jwk(R"("kid":"a","use":"sig","key_ops":["sign"])")}))->empty());
}

TEST(JwkSet, check_07_HonoursAlg) {
  EXPECT_EQ(JwkSet::parse(set_of({jwk(R"("kid":"a","alg":"ES256")")}))->size(), 1U);
  for (const char* algorithm : {"RS256", "ES384", "HS256", "none", "es256", "ES256 ", ""}) {
    const auto set = JwkSet::parse(set_of({jwk(R"("kid":"a","alg":")" + std::string(algorithm) + "\"")}));
    ASSERT_TRUE(set.ok());
    EXPECT_TRUE(set->empty()) << algorithm;
  }
  EXPECT_TRUE(JwkSet::parse(set_of({jwk(R"("kid":"a","alg":"RS512")", JwsAlgorithm::RS256)}))->empty());
}

TEST(JwkSet, check_07_RefusesDuplicateKeyIds) {
  EXPECT_FALSE(JwkSet::parse(set_of({jwk(R"("kid":"a")"), jwk(R"("kid":"a")", JwsAlgorithm::RS256)})).ok());
  EXPECT_FALSE(JwkSet::parse(set_of({jwk(R"("kid":"a")"), jwk(R"("kid":"\u0061")")})).ok());
  EXPECT_FALSE(JwkSet::parse(set_of({jwk(R"("kid":"a")"), jwk(R"("kid":"a","use":"enc")")})).ok());
  EXPECT_FALSE(JwkSet::parse(set_of({jwk(R"("kid":"a","use":"enc")"), jwk(R"("kid":"a")")})).ok());
  EXPECT_TRUE(JwkSet::parse(set_of({jwk(R"("kid":"a")"), jwk(R"("kid":"A")")})).ok());

  const auto key = key_of(JwsAlgorithm::ES256).public_key();
  EXPECT_FALSE(JwkSet::from_keys({{"a", key}, {"a", key}}).ok());
}

TEST(JwkSet, check_02_check_07_RefusesSetsWithSymmetricKeys) {
  const std::string secret = R"({"kty":"oct","kid":"b","k":"c2VjcmV0"})";
  EXPECT_FALSE(JwkSet::parse(set_of({jwk(R"("kid":"a")"), secret})).ok());
  EXPECT_FALSE(JwkSet::parse(set_of({secret, jwk(R"("kid":"a")")})).ok());
  EXPECT_FALSE(JwkSet::parse(set_of({secret})).ok());
  EXPECT_FALSE(JwkSet::parse(set_of({R"({"kty":"oct"})"})).ok());
  EXPECT_FALSE(JwkSet::parse(set_of({jwk(R"("kid":"a","k":"c2VjcmV0")")})).ok());
}

TEST(JwkSet, check_07_RefusesSetsWithPrivateKeys) {
  EXPECT_FALSE(JwkSet::parse(set_of({jwk(R"("kid":"a")"), jwk(R"("kid":"b","d":"AQAB")")})).ok());
}

TEST(JwkSet, check_03_KeyIdsAreBounded) {
  const auto with_kid = [](const std::string& kid) {
    return JwkSet::parse(set_of({jwk(R"("kid":)" + kid)}));
  };
  EXPECT_TRUE(with_kid('"' + std::string(kMaxKeyIdBytes, 'k') + '"').ok());
  EXPECT_FALSE(with_kid('"' + std::string(kMaxKeyIdBytes + 1, 'k') + '"').ok());
  for (const char* kid : {R"("")", "1", "null", R"(["a"])", "{}"})
    EXPECT_FALSE(with_kid(kid).ok()) << kid;

  const auto key = key_of(JwsAlgorithm::ES256).public_key();
  EXPECT_FALSE(JwkSet::from_keys({{"", key}}).ok());
  EXPECT_FALSE(JwkSet::from_keys({{std::string(kMaxKeyIdBytes + 1, 'k'), key}}).ok());
}

TEST(JwkSet, check_05_RefusesWhatIsNotAKeySet) {
  for (const char* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":null})", R"({"keys":[1]})",
                           R"({"keys":[{}]})", R"({"keys":[{"kty":1}]})", R"({"keys":[],"keys":[]})",
                           R"({"Keys":[]})", R"({"keys":[[[[[[[]]]]]]]})"}) {
    EXPECT_FALSE(JwkSet::parse(text).ok()) << text;
  }
  EXPECT_TRUE(JwkSet::parse(R"({"keys":[]})")->empty());
  EXPECT_TRUE(JwkSet::parse(R"({"more":1,"keys":[]})").ok());
  EXPECT_FALSE(JwkSet::parse(set_of({jwk(R"("kid":"a","kid":"b")")})).ok());
}

TEST(JwkSet, check_05_IsBounded) {
  std::string keys;
  for (std::size_t i = 0; i < JwkSet::kMaxKeys; ++i)
    keys += R"({"kty":"X","kid":")" + std::to_string(i) + R"("},)";
  const std::string open = R"({"keys":[)";
  EXPECT_TRUE(JwkSet::parse(open + keys.substr(0, keys.size() - 1) + "]}").ok());
  EXPECT_FALSE(JwkSet::parse(open + keys + R"({"kty":"X"}]})").ok());
  EXPECT_FALSE(JwkSet::parse(open + "]}" + std::string(JwkSet::kMaxBytes, ' ')).ok());
}

std::string as_json_text(std::string_view text) {
  return to_text(rapidjson::Value(rapidjson::StringRef(text.data(), text.size())));
}

TEST(JwkSet, ReadsCertificatesByKeyId) {
  const auto set = JwkSet::parse_certificates(R"({"k1":)" + as_json_text(samples::kRsaCertificate) +
                                              R"(,"k2":"not a certificate"})");
  ASSERT_TRUE(set.ok()) << set.error().detail;
  EXPECT_EQ(set->size(), 1U);
  ASSERT_NE(set->find("k1"), nullptr);
  EXPECT_EQ(set->find("k1")->thumbprint(), PublicKey::from_spki_pem(samples::kRsaSpki)->thumbprint());
  EXPECT_EQ(set->skipped().size(), 1U);
}

TEST(JwkSet, check_07_CertificateSetsAreCheckedToo) {
  const auto certificate = as_json_text(samples::kRsaCertificate);
  EXPECT_FALSE(JwkSet::parse_certificates(R"({"k":)" + certificate + R"(,"k":)" + certificate + "}").ok());
  EXPECT_FALSE(JwkSet::parse_certificates(R"({"":)" + certificate + "}").ok());
  EXPECT_FALSE(JwkSet::parse_certificates(R"({"k":1})").ok());
  EXPECT_FALSE(JwkSet::parse_certificates("[]").ok());
  EXPECT_FALSE(
      JwkSet::parse_certificates("{\"" + std::string(kMaxKeyIdBytes + 1, 'k') + "\":" + certificate + "}")
          .ok());
}

}  // namespace
}  // namespace gateway::toolkit
