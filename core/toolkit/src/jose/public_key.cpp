#include "gateway/toolkit/jose/public_key.hpp"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/sha256.hpp>

#include "crypto/ecdsa_signature.hpp"
#include "crypto/key_material.hpp"

namespace gateway::toolkit {

// `prepared` is initialised for verifying once; a copy per call costs a fiftieth of a new one (which looks
// its algorithm up by name), and no lock is held while a signature is checked.
struct PublicKey::Key {
  PkeyPtr pkey;
  PkeyCtxPtr prepared;  // null for Ed25519, which has no prehash and no such context
  JwsAlgorithm algorithm;
  std::string required_members;
};

namespace {

PkeyCtxPtr prepare_verifier(EVP_PKEY* pkey, JwsAlgorithm algorithm) {
  PkeyCtxPtr context(EVP_PKEY_CTX_new(pkey, nullptr));
  if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1) return nullptr;
  if (algorithm == JwsAlgorithm::RS256 &&
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1) {
    return nullptr;
  }
  if (EVP_PKEY_CTX_set_signature_md(context.get(), sha256_method()) != 1) return nullptr;
  return context;
}

bool verify_digest(const EVP_PKEY_CTX* prepared, const Sha256Digest& digest, const unsigned char* signature,
                   std::size_t size) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_dup(prepared));
  return context != nullptr &&
         EVP_PKEY_verify(context.get(), signature, size, digest.data(), digest.size()) == 1;
}

bool verify_ed25519(EVP_PKEY* pkey, std::string_view input, std::string_view signature) {
  constexpr std::size_t kSignatureBytes = 64;
  if (signature.size() != kSignatureBytes) return false;
  const MdCtxPtr context(EVP_MD_CTX_new());
  return context != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(input),
                          input.size()) == 1;
}

}  // namespace

Result<PublicKey> PublicKey::adopt(evp_pkey_st* raw, JwsAlgorithm algorithm, std::string required_members) {
  PkeyPtr pkey(raw);
  PkeyCtxPtr prepared;
  if (algorithm != JwsAlgorithm::EdDSA) {
    const ErrorQueueGuard errors;
    prepared = prepare_verifier(pkey.get(), algorithm);
    if (prepared == nullptr) return internal_error("no verifier for a public key");
  }
  return PublicKey(std::make_shared<const Key>(
      Key{std::move(pkey), std::move(prepared), algorithm, std::move(required_members)}));
}

Result<PublicKey> PublicKey::from_rsa(std::string_view modulus, std::string_view exponent) {
  auto pkey = make_rsa_key(modulus, exponent);
  if (!pkey.ok()) return pkey.error();
  return adopt(pkey.value().release(), JwsAlgorithm::RS256,
               R"({"e":")" + base64url_encode(exponent) + R"(","kty":"RSA","n":")" +
                   base64url_encode(modulus) + R"("})");
}

Result<PublicKey> PublicKey::from_p256(std::string_view x, std::string_view y) {
  auto pkey = make_p256_key(x, y);
  if (!pkey.ok()) return pkey.error();
  return adopt(pkey.value().release(), JwsAlgorithm::ES256,
               R"({"crv":"P-256","kty":"EC","x":")" + base64url_encode(x) + R"(","y":")" +
                   base64url_encode(y) + R"("})");
}

Result<PublicKey> PublicKey::from_ed25519(std::string_view point) {
  auto pkey = make_ed25519_key(point);
  if (!pkey.ok()) return pkey.error();
  return adopt(pkey.value().release(), JwsAlgorithm::EdDSA,
               R"({"crv":"Ed25519","kty":"OKP","x":")" + base64url_encode(point) + R"("})");
}

// The numbers are taken out and the key is made anew: what arrives in an envelope passes the same checks as
// a JWK, and nothing but the numbers stays.
Result<PublicKey> PublicKey::from_public_part_of(const evp_pkey_st* pkey) {
  const ErrorQueueGuard errors;
  switch (EVP_PKEY_get_base_id(pkey)) {
    case EVP_PKEY_RSA: {
      const auto numbers = rsa_numbers_of(pkey);
      if (!numbers.ok()) return numbers.error();
      return from_rsa(numbers->modulus, numbers->exponent);
    }
    case EVP_PKEY_EC: {
      const auto point = p256_point_of(pkey);
      if (!point.ok()) return point.error();
      return from_p256(point->x, point->y);
    }
    case EVP_PKEY_ED25519: {
      const auto point = ed25519_point_of(pkey);
      if (!point.ok()) return point.error();
      return from_ed25519(*point);
    }
    default:
      return invalid("key of a type that is not used for signatures here");
  }
}

Result<PublicKey> PublicKey::from_spki_pem(std::string_view pem) {
  if (pem.size() > kMaxPemBytes) return invalid("PEM is larger than its bound");
  const ErrorQueueGuard errors;
  const BioPtr bio = bio_over(pem);
  const PkeyPtr pkey(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_password, nullptr));
  if (pkey == nullptr) return invalid("not a public key in PEM");
  return from_public_part_of(pkey.get());
}

Result<PublicKey> PublicKey::from_certificate_pem(std::string_view pem) {
  using CertificatePtr = std::unique_ptr<X509, FreeWith<X509_free>>;
  if (pem.size() > kMaxPemBytes) return invalid("PEM is larger than its bound");
  const ErrorQueueGuard errors;
  const BioPtr bio = bio_over(pem);
  const CertificatePtr certificate(PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr));
  const EVP_PKEY* pkey = certificate == nullptr ? nullptr : X509_get0_pubkey(certificate.get());
  if (pkey == nullptr) return invalid("not a certificate in PEM");
  return from_public_part_of(pkey);
}

JwsAlgorithm PublicKey::algorithm() const noexcept {
  return key_->algorithm;
}

bool PublicKey::verify(std::string_view signing_input, std::string_view signature) const {
  const ErrorQueueGuard errors;
  switch (key_->algorithm) {
    case JwsAlgorithm::ES256: {
      const auto der = ecdsa_raw_to_der(signature);
      return der.has_value() &&
             verify_digest(key_->prepared.get(), sha256(signing_input), der->bytes.data(), der->size);
    }
    case JwsAlgorithm::RS256:
      return signature.size() == static_cast<std::size_t>(EVP_PKEY_get_size(key_->pkey.get())) &&
             verify_digest(key_->prepared.get(), sha256(signing_input), bytes_of(signature),
                           signature.size());
    case JwsAlgorithm::EdDSA:
      return verify_ed25519(key_->pkey.get(), signing_input, signature);
  }
  return false;
}

const std::string& PublicKey::required_members() const noexcept {
  return key_->required_members;
}

std::string PublicKey::thumbprint() const {
  return base64url_encode(view_of(sha256(key_->required_members)));
}

}  // namespace gateway::toolkit
