// PublicKey: one key that verifies signatures of one algorithm; it can do nothing else.
//
// The algorithm follows from the key (RSA: RS256, P-256: ES256, Ed25519: EdDSA) and never from a token.
// However a key comes in, it passes the same checks: RSA of 2048 to 8192 bits with an odd modulus and an
// odd exponent in [65537, 2^32); a point on P-256; a canonical Ed25519 point that is not of small order. A
// certificate is only the envelope of a key here: chain, dates and its own signature are not looked at.
//
// Thread safety: immutable; verify from any number of threads.
// Ownership: a cheap copy shares the key.
// Errors: Invalid, with the reason; key material is never in it.
// RFC 7517, 7518 (6.2, 6.3), 8037, 7638, 5280.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gateway/result.hpp>
#include <gateway/toolkit/jose/algorithm.hpp>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace gateway::toolkit {

class PublicKey {
 public:
  // Big-endian, minimal (no leading zero byte), as in a JWK's decoded members.
  static Result<PublicKey> from_rsa(std::string_view modulus, std::string_view exponent);
  static Result<PublicKey> from_p256(std::string_view x, std::string_view y);  // 32 bytes each
  static Result<PublicKey> from_ed25519(std::string_view point);               // 32 bytes

  static Result<PublicKey> from_spki_pem(std::string_view pem);         // -----BEGIN PUBLIC KEY-----
  static Result<PublicKey> from_certificate_pem(std::string_view pem);  // -----BEGIN CERTIFICATE-----

  JwsAlgorithm algorithm() const noexcept;

  // `signature` as in JWS: PKCS#1 v1.5 as long as the modulus; r || s, 64 bytes; Ed25519, 64 bytes.
  bool verify(std::string_view signing_input, std::string_view signature) const;

  // The members a JWK must have, in the form RFC 7638 hashes: sorted, no white space.
  const std::string& required_members() const noexcept;
  std::string thumbprint() const;  // RFC 7638, SHA-256, base64url

 private:
  friend class PrivateKey;
  struct Key;
  explicit PublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
  static Result<PublicKey> from_public_part_of(const evp_pkey_st* pkey);
  static Result<PublicKey> adopt(evp_pkey_st* pkey, JwsAlgorithm algorithm, std::string required_members);

  std::shared_ptr<const Key> key_;
};

}  // namespace gateway::toolkit
