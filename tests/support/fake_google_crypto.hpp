// What the fake of Google signs with: RSA keys, certificates and tokens, on OpenSSL alone, so that a fault in
// the toolkit's own code cannot cancel itself out.
//
// Thread safety: a key is immutable. Errors: std::runtime_error, as tests do. RFC 7515, RFC 7518 section 3.3.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace gateway::testing {

std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

// {"alg":"RS256",…} as it stands, "." and so on: neither needs to be JSON.
class RsaKey {
 public:
  explicit RsaKey(std::string key_id, int bits = 2048);

  const std::string& key_id() const { return key_id_; }
  std::string private_key_pem() const;  // PKCS#8
  std::string public_key_pem() const;
  std::string certificate_pem() const { return certificate_pem_; }  // self-signed

  // RSASSA-PKCS1-v1_5, with SHA-256 or SHA-512.
  std::string sign(std::string_view input, bool sha512 = false) const;
  bool verifies(std::string_view input, std::string_view signature) const;

  // header and payload are JSON, or what else a test wants them to be.
  std::string token(std::string_view header, std::string_view payload, bool sha512 = false) const;
  // The usual header, with this key's id.
  std::string token(std::string_view payload) const;

  // The payload of a token that this key has signed; nullopt for any other.
  std::optional<std::string> payload_of(std::string_view token) const;

 private:
  std::string key_id_;
  std::shared_ptr<evp_pkey_st> key_;
  std::string certificate_pem_;
};

// The key of that id, made once per process: finding primes takes longer than most tests.
RsaKey shared_key(const std::string& key_id);

// HMAC-SHA256 (HS256), for the attempt to pass a public key for a secret.
std::string hmac_token(std::string_view header, std::string_view payload, std::string_view secret);

}  // namespace gateway::testing
