#include "gateway/toolkit/jose/private_key.hpp"

#include <array>

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <gateway/toolkit/sha256.hpp>

#include "crypto/ecdsa_signature.hpp"
#include "crypto/key_material.hpp"

namespace gateway::toolkit {

struct PrivateKey::Key {
  PkeyPtr pkey;
};

namespace {

constexpr unsigned kMinRsaBits = 2048;
constexpr unsigned kMaxRsaBits = 4096;

EVP_PKEY* generate_pkey(JwsAlgorithm algorithm, unsigned rsa_bits) {
  switch (algorithm) {
    case JwsAlgorithm::ES256:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    case JwsAlgorithm::RS256:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{rsa_bits});
    case JwsAlgorithm::EdDSA:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  }
  return nullptr;
}

bool halves_match(EVP_PKEY* pkey) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_new(pkey, nullptr));
  return context != nullptr && EVP_PKEY_pairwise_check(context.get()) == 1;
}

// With md null (Ed25519) the message itself is signed, otherwise its digest.
std::optional<std::string> sign_message(EVP_PKEY* pkey, const EVP_MD* md, std::string_view message) {
  const MdCtxPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // owned by context
  if (context == nullptr || EVP_DigestSignInit(context.get(), &options, md, nullptr, pkey) != 1)
    return std::nullopt;
  if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA &&
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PADDING) != 1) {
    return std::nullopt;
  }
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(pkey)), '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes_of(message), message.size()) != 1) {
    return std::nullopt;
  }
  signature.resize(size);
  return signature;
}

}  // namespace

Result<PrivateKey> PrivateKey::adopt(evp_pkey_st* raw) {
  PkeyPtr pkey(raw);
  auto public_key = PublicKey::from_public_part_of(pkey.get());
  if (!public_key.ok()) return public_key.error();
  return PrivateKey(std::make_shared<const Key>(Key{std::move(pkey)}), std::move(public_key).value());
}

Result<PrivateKey> PrivateKey::generate(JwsAlgorithm algorithm, unsigned rsa_bits) {
  if (algorithm == JwsAlgorithm::RS256 && (rsa_bits < kMinRsaBits || rsa_bits > kMaxRsaBits)) {
    return invalid("RSA keys are made with 2048 to 4096 bits");
  }
  const ErrorQueueGuard errors;
  PkeyPtr pkey(generate_pkey(algorithm, rsa_bits));
  if (pkey == nullptr) return internal_error("key generation failed");
  return adopt(pkey.release());
}

Result<PrivateKey> PrivateKey::from_pkcs8_pem(const Secret& pem) {
  constexpr std::string_view kLabel = "-----BEGIN PRIVATE KEY-----";
  if (pem.reveal().size() > kMaxPemBytes) return invalid("PEM is larger than its bound");
  if (!pem.reveal().starts_with(kLabel)) return invalid("not an unencrypted PKCS#8 private key in PEM");
  const ErrorQueueGuard errors;
  const BioPtr bio = bio_over(pem.reveal());
  PkeyPtr pkey(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (pkey == nullptr) return invalid("not a private key in PEM");
  // The public half is checked first: it bounds what the comparison of the halves can cost.
  auto key = adopt(pkey.release());
  if (key.ok() && !halves_match(key->key_->pkey.get())) return invalid("private and public key do not match");
  return key;
}

Result<Secret> PrivateKey::to_pkcs8_pem() const {
  const ErrorQueueGuard errors;
  // Memory of the "secure" kind is wiped by OpenSSL when it is freed.
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  if (bio == nullptr || PEM_write_bio_PKCS8PrivateKey(bio.get(), key_->pkey.get(), nullptr, nullptr, 0,
                                                      nullptr, nullptr) != 1) {
    return internal_error("private key could not be written");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return Secret(std::string(text, static_cast<std::size_t>(size)));
}

Result<std::string> PrivateKey::sign(std::string_view signing_input) const {
  const ErrorQueueGuard errors;
  const EVP_MD* md = algorithm() == JwsAlgorithm::EdDSA ? nullptr : sha256_method();
  auto signature = sign_message(key_->pkey.get(), md, signing_input);
  if (signature && algorithm() == JwsAlgorithm::ES256) signature = ecdsa_der_to_raw(*signature);
  if (!signature) return internal_error("signing failed");
  return *std::move(signature);
}

}  // namespace gateway::toolkit
