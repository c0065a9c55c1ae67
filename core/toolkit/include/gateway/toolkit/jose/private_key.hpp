// PrivateKey: one signing key of one algorithm, made here or read from PKCS#8.
//
// Thread safety: immutable; sign from any number of threads.
// Ownership: a cheap copy shares the key; it is wiped with the last copy.
// Errors: Invalid for input that is not such a key, Internal when OpenSSL fails; never key material.
// RFC 5208 / 5958 (PKCS#8), RFC 7518, RFC 8037. Randomness comes from OpenSSL's generator.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gateway/result.hpp>
#include <gateway/secret.hpp>
#include <gateway/toolkit/jose/algorithm.hpp>
#include <gateway/toolkit/jose/public_key.hpp>

namespace gateway::toolkit {

class PrivateKey {
 public:
  // rsa_bits: 2048 to 4096, for RS256 only. Blocks for the time it takes to find the primes (RSA: up to
  // seconds).
  static Result<PrivateKey> generate(JwsAlgorithm algorithm, unsigned rsa_bits = 2048);

  // Unencrypted "-----BEGIN PRIVATE KEY-----" with a key that PublicKey would accept and whose halves
  // match.
  static Result<PrivateKey> from_pkcs8_pem(const Secret& pem);
  Result<Secret> to_pkcs8_pem() const;

  JwsAlgorithm algorithm() const noexcept { return public_key_.algorithm(); }
  const PublicKey& public_key() const noexcept { return public_key_; }

  // The signature in its JWS form: RSA as long as the modulus; ECDSA r || s, 64 bytes; Ed25519 64 bytes.
  Result<std::string> sign(std::string_view signing_input) const;

 private:
  struct Key;
  PrivateKey(std::shared_ptr<const Key> key, PublicKey public_key)
      : key_(std::move(key)), public_key_(std::move(public_key)) {}
  static Result<PrivateKey> adopt(evp_pkey_st* pkey);

  std::shared_ptr<const Key> key_;
  PublicKey public_key_;
};

}  // namespace gateway::toolkit
