#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/jose/private_key.hpp>
#include <gateway/toolkit/jose/public_key.hpp>

#include "tests/unit/toolkit/jose_samples.hpp"
#include "tests/unit/toolkit/sample_pems.hpp"

namespace gateway::toolkit {
namespace {

using samples::key_of;

constexpr auto kAlgorithms = {JwsAlgorithm::ES256, JwsAlgorithm::RS256, JwsAlgorithm::EdDSA};
const std::string kExponent("\x01\x00\x01", 3);

std::string modulus_of(std::size_t bytes) {
  std::string modulus(bytes, '\xff');
  return modulus;
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

const std::string kOrder = from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

TEST(Keys, SignAndVerify) {
  for (const auto algorithm : kAlgorithms) {
    const auto& key = key_of(algorithm);
    EXPECT_EQ(key.algorithm(), algorithm);
    const auto signature = key.sign("message");
    ASSERT_TRUE(signature.ok());
    EXPECT_TRUE(key.public_key().verify("message", *signature));
    EXPECT_FALSE(key.public_key().verify("Message", *signature));
    EXPECT_FALSE(key.public_key().verify("", *signature));
    EXPECT_FALSE(key.public_key().verify("message", ""));
  }
}

// Numbers with leading zeros come once in 256 signatures and need the padding of both forms.
TEST(Keys, EcdsaSignaturesHaveOneLength) {
  const auto& key = key_of(JwsAlgorithm::ES256);
  for (int i = 0; i < 1'500; ++i) {
    const auto message = std::to_string(i);
    const auto signature = key.sign(message);
    ASSERT_TRUE(signature.ok());
    ASSERT_EQ(signature->size(), 64U);
    ASSERT_TRUE(key.public_key().verify(message, *signature));
  }
}

TEST(Keys, Pkcs8RoundTrip) {
  for (const auto algorithm : kAlgorithms) {
    const auto pem = key_of(algorithm).to_pkcs8_pem();
    ASSERT_TRUE(pem.ok());
    const auto again = PrivateKey::from_pkcs8_pem(*pem);
    ASSERT_TRUE(again.ok()) << again.error().detail;
    EXPECT_EQ(again->algorithm(), algorithm);
    EXPECT_EQ(again->public_key().thumbprint(), key_of(algorithm).public_key().thumbprint());
    EXPECT_TRUE(key_of(algorithm).public_key().verify("m", *again->sign("m")));
  }
}

TEST(Keys, PrivateKeysAreCheckedAtImport) {
  EXPECT_TRUE(PrivateKey::from_pkcs8_pem(Secret(std::string(samples::kP256Pkcs8))).ok());
  for (const auto pem :
       {samples::kP256MismatchedPkcs8, samples::kRsa1024Pkcs8, samples::kEncryptedPkcs8, samples::kRsaSpki,
        samples::kRsaCertificate, std::string_view(), std::string_view("x")}) {
    const auto key = PrivateKey::from_pkcs8_pem(Secret(std::string(pem)));
    ASSERT_FALSE(key.ok());
    EXPECT_EQ(key.error().kind, ErrorKind::Invalid);
  }
  EXPECT_FALSE(
      PrivateKey::from_pkcs8_pem(Secret(std::string(samples::kP256Pkcs8) + std::string(20'000, '\n'))).ok());
}

TEST(Keys, RsaSizesOfNewKeysAreBounded) {
  EXPECT_FALSE(PrivateKey::generate(JwsAlgorithm::RS256, 2047).ok());
  EXPECT_FALSE(PrivateKey::generate(JwsAlgorithm::RS256, 4097).ok());
}

TEST(Keys, CertificateAndSpkiGiveTheSameKey) {
  const auto from_certificate = PublicKey::from_certificate_pem(samples::kRsaCertificate);
  const auto from_spki = PublicKey::from_spki_pem(samples::kRsaSpki);
  ASSERT_TRUE(from_certificate.ok()) << from_certificate.error().detail;
  ASSERT_TRUE(from_spki.ok());
  EXPECT_EQ(from_certificate->algorithm(), JwsAlgorithm::RS256);
  EXPECT_EQ(from_certificate->thumbprint(), from_spki->thumbprint());
  EXPECT_EQ(PublicKey::from_spki_pem(samples::kP256Spki)->algorithm(), JwsAlgorithm::ES256);
  EXPECT_EQ(PublicKey::from_spki_pem(samples::kEd25519Spki)->algorithm(), JwsAlgorithm::EdDSA);
}

TEST(Keys, check_06_RefusesEnvelopesOfOtherKeys) {
  for (const auto pem :
       {samples::kRsa1024Spki, samples::kRsaPssSpki, samples::kP384Spki, samples::kP256ExplicitSpki,
        samples::kP256Pkcs8, samples::kRsaCertificate, std::string_view(), std::string_view("garbage")}) {
    EXPECT_FALSE(PublicKey::from_spki_pem(pem).ok()) << pem;
  }
  for (const auto pem : {samples::kRsaSpki, samples::kP256Pkcs8, std::string_view()}) {
    EXPECT_FALSE(PublicKey::from_certificate_pem(pem).ok()) << pem;
  }
  EXPECT_FALSE(
      PublicKey::from_certificate_pem(std::string(20'000, ' ') + std::string(samples::kRsaCertificate)).ok());
}

TEST(Keys, check_06_RsaModulusIsBounded) {
  EXPECT_TRUE(PublicKey::from_rsa(modulus_of(256), kExponent).ok());
  EXPECT_TRUE(PublicKey::from_rsa(modulus_of(1024), kExponent).ok());
  EXPECT_FALSE(PublicKey::from_rsa(modulus_of(1025), kExponent).ok());
  EXPECT_FALSE(PublicKey::from_rsa(modulus_of(255), kExponent).ok());
  EXPECT_FALSE(PublicKey::from_rsa("\x7f" + modulus_of(255), kExponent).ok());  // 2047 bits
  EXPECT_FALSE(PublicKey::from_rsa(std::string(1, '\0') + modulus_of(256), kExponent).ok());
  EXPECT_FALSE(PublicKey::from_rsa(modulus_of(255) + "\xfe", kExponent).ok());
  EXPECT_FALSE(PublicKey::from_rsa("", kExponent).ok());
}

TEST(Keys, check_06_RsaExponentIsSane) {
  const auto modulus = modulus_of(256);
  for (const auto& exponent :
       {std::string("\x03"), std::string("\x01"), std::string(), std::string("\xff\xff"),
        std::string("\x01\x00\x00", 3), std::string("\x00\x01\x00\x01", 4),
        std::string("\x01\x00\x00\x00\x01", 5), std::string(256, '\xff')}) {
    EXPECT_FALSE(PublicKey::from_rsa(modulus, exponent).ok());
  }
  EXPECT_TRUE(PublicKey::from_rsa(modulus, std::string("\x01\x00\x00\x01", 4)).ok());
  EXPECT_TRUE(PublicKey::from_rsa(modulus, "\xff\xff\xff\xff").ok());
}

TEST(Keys, check_06_RsaSignatureIsAsLongAsTheModulus) {
  const auto& key = key_of(JwsAlgorithm::RS256);
  const auto signature = *key.sign("m");
  ASSERT_EQ(signature.size(), 256U);
  EXPECT_FALSE(key.public_key().verify("m", signature.substr(1)));
  EXPECT_FALSE(key.public_key().verify("m", signature.substr(0, 255)));
  EXPECT_FALSE(key.public_key().verify("m", signature + '\0'));
  EXPECT_FALSE(key.public_key().verify("m", std::string(1, '\0') + signature));
  EXPECT_FALSE(key.public_key().verify("m", std::string(256, '\xff')));  // not below the modulus
  EXPECT_FALSE(key.public_key().verify("m", std::string(256, '\0')));
}

TEST(Keys, check_06_P256PointMustBeOnTheCurve) {
  const auto x = *base64url_decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
  const auto y = *base64url_decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
  ASSERT_TRUE(PublicKey::from_p256(x, y).ok());
  EXPECT_FALSE(PublicKey::from_p256(y, x).ok());
  EXPECT_FALSE(PublicKey::from_p256(x, x).ok());
  EXPECT_FALSE(PublicKey::from_p256(std::string(32, '\0'), std::string(32, '\0')).ok());
  EXPECT_FALSE(PublicKey::from_p256(std::string(32, '\xff'), y).ok());
  EXPECT_FALSE(PublicKey::from_p256(x.substr(1), y).ok());
  EXPECT_FALSE(PublicKey::from_p256(std::string(1, '\0') + x, y).ok());
  EXPECT_FALSE(PublicKey::from_p256("", "").ok());
}

TEST(Keys, check_06_EcdsaSignatureFormsAndRanges) {
  const auto& key = key_of(JwsAlgorithm::ES256);
  const auto signature = *key.sign("m");
  const auto r = signature.substr(0, 32);
  const auto s = signature.substr(32);
  const std::string zero(32, '\0');
  const std::string der = std::string("\x30\x44\x02\x20") + r + "\x02\x20" + s;  // 70 bytes
  for (const auto& bad :
       {signature.substr(0, 63), signature.substr(1), signature + '\0', std::string(1, '\0') + signature, der,
        der + std::string(2, '\0'), zero + s, r + zero, zero + zero, kOrder + s, r + kOrder, kOrder + kOrder,
        std::string(32, '\xff') + s, r + std::string(32, '\xff'), s + r, std::string(64, '\xff')}) {
    EXPECT_FALSE(key.public_key().verify("m", bad)) << bad.size();
  }
  EXPECT_TRUE(key.public_key().verify("m", signature));
}

TEST(Keys, check_06_Ed25519KeysAreCanonicalAndOfLargeOrder) {
  for (const char* point : {
           "0000000000000000000000000000000000000000000000000000000000000000",
           "0000000000000000000000000000000000000000000000000000000000000080",
           "0100000000000000000000000000000000000000000000000000000000000000",
           "0100000000000000000000000000000000000000000000000000000000000080",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
           "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
           "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p, another spelling of 0
           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p + 1
           "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
       }) {
    EXPECT_FALSE(PublicKey::from_ed25519(from_hex(point)).ok()) << point;
  }
  const auto good = *base64url_decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
  EXPECT_TRUE(PublicKey::from_ed25519(good).ok());
  EXPECT_FALSE(PublicKey::from_ed25519(good.substr(1)).ok());
  EXPECT_FALSE(PublicKey::from_ed25519(good + '\0').ok());
  EXPECT_FALSE(PublicKey::from_ed25519("").ok());
}

// RFC 8032, 5.1.7: S must be below the group order L, or every signature has a twin.
TEST(Keys, check_06_Ed25519RefusesTheMalleableTwin) {
  const auto& key = key_of(JwsAlgorithm::EdDSA);
  auto signature = *key.sign("m");
  ASSERT_TRUE(key.public_key().verify("m", signature));
  const auto order = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(signature[32 + i]) + static_cast<unsigned char>(order[i]);
    signature[32 + i] = static_cast<char>(carry & 0xffU);
    carry >>= 8U;
  }
  EXPECT_FALSE(key.public_key().verify("m", signature));
  EXPECT_FALSE(key.public_key().verify("m", signature.substr(0, 63)));
  EXPECT_FALSE(key.public_key().verify("m", *key.sign("m") + '\0'));
}

TEST(Keys, VerifyFromManyThreads) {
  for (const auto algorithm : kAlgorithms) {
    const auto key = key_of(algorithm).public_key();
    const auto good = *key_of(algorithm).sign("m");
    std::vector<std::thread> threads;
    threads.reserve(4);
    std::vector<int> wrong(4, 0);
    for (auto& count : wrong) {
      threads.emplace_back([&, key] {
        for (int i = 0; i < 200; ++i) {
          if (!key.verify("m", good)) ++count;
          if (key.verify("n", good)) ++count;
        }
      });
    }
    for (auto& thread : threads)
      thread.join();
    EXPECT_EQ(wrong, std::vector<int>(4, 0));
  }
}

TEST(Keys, SignFromManyThreads) {
  for (const auto algorithm : kAlgorithms) {
    std::vector<std::thread> threads;
    threads.reserve(4);
    std::vector<int> wrong(4, 0);
    for (auto& count : wrong) {
      threads.emplace_back([&count, algorithm] {
        for (int i = 0; i < 20; ++i) {
          const auto signature = key_of(algorithm).sign("m");
          if (!signature.ok() || !key_of(algorithm).public_key().verify("m", *signature)) ++count;
        }
      });
    }
    for (auto& thread : threads)
      thread.join();
    EXPECT_EQ(wrong, std::vector<int>(4, 0));
  }
}

}  // namespace
}  // namespace gateway::toolkit
