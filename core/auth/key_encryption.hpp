// KeyEncryption: what keeps the gateway's private keys unreadable in storage (configuration
// Tokens:KeyEncryptionKey).
//
// A stored text is "enc:1:<key id>:<base64url of nonce, ciphertext, tag>", bound to the id, purpose and
// algorithm of the key it belongs to; anything else is clear text, written before a key was configured or
// without one. Previous encryption keys open, only the current one seals. Thread safety: const access from
// any thread. Errors: Invalid where no configured key opens a text, Unavailable without randomness.
#pragma once

#include <string>
#include <vector>

#include <gateway/result.hpp>
#include <gateway/store/keys.hpp>

#include "core/auth/options.hpp"
#include "core/runtime/random.hpp"

namespace gateway::auth {

class KeyEncryption {
 public:
  KeyEncryption(const TokenOptions& options, runtime::Random& random);

  bool enabled() const noexcept { return !keys_.empty(); }

  // Replaces key.material by what may be stored; the clear text where no encryption key is configured.
  Result<Done> protect(store::Key& key) const;
  // The same, as `stored` is: with the key that sealed it, or in clear.
  Result<Done> protect_like(const store::Key& stored, store::Key& key) const;
  // The clear text of a stored key's material.
  Result<Secret> reveal(const store::Key& key) const;
  // False for what protect() would store otherwise today: clear text, or the work of a previous key. A key
  // that is not known here is newer than this instance's configuration, which must not undo it.
  bool is_up_to_date(const store::Key& key) const;
  static bool is_clear(const store::Key& key);

 private:
  struct EncryptionKey {
    std::string id;  // a digest: says which key it is and nothing about it
    Secret key;
  };
  Result<Done> seal(const EncryptionKey& with, store::Key& key) const;
  // The one that sealed it; nullptr where that is none of the configured ones.
  const EncryptionKey* sealer_of(const store::Key& key) const;

  runtime::Random& random_;
  std::vector<EncryptionKey> keys_;  // the current one first
};

}  // namespace gateway::auth
