// KeyRing: the gateway's own keys, kept in storage and shared by all instances.
//
// Access-token keys rotate with overlap: a new key is published `key_publish_ahead_s` before it signs, so
// that every instance and every relying party has it by then, and its predecessors verify until the last
// token they signed has expired. Of instances that rotate at once one succeeds and the others take its key.
// The refresh key derives the successor of a refresh token, so that all instances and all retries agree on
// it. Private keys are encrypted on their way to storage where a key for that is configured
// (key_encryption.hpp). Keys that are stored otherwise than configured are encrypted anew and stay what they
// are, so that instances with the old and with the new configuration agree; a signing key that lay in clear
// is followed by another as well. That begins when an instance has run for kEncryptionKeyAheadMs: until then
// whoever knows only the old encryption key can start, so that a roll-out may go on, and be taken back.
// Thread safety: snapshot() from any thread, lock held for a pointer copy; the rest may block on storage:
// worker only.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <gateway/store.hpp>
#include <gateway/toolkit/jose/jwk_set.hpp>
#include <gateway/toolkit/jose/private_key.hpp>

#include "core/auth/key_encryption.hpp"
#include "core/auth/options.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/random.hpp"

namespace gateway::auth {

// For so long after its start an instance encrypts as the newest key in storage is, whatever is configured.
constexpr std::int64_t kEncryptionKeyAheadMs = 3'600'000;

struct KeySnapshot {
  std::string signing_key_id;
  toolkit::PrivateKey signing_key;
  toolkit::JwkSet verification_keys;
  std::string jwks_json;  // what the key set endpoint serves
  Secret refresh_key;
};

class KeyRing {
 public:
  KeyRing(Store& store, const runtime::Clock& clock, runtime::Random& random, runtime::Logger& logger,
          const TokenOptions& options);

  // Reads the keys, makes what is missing or due, and replaces the snapshot. At start and then every minute.
  Result<Done> refresh(const CallContext& context);
  // Adds a new signing key now, whether or not it is due; its id.
  Result<std::string> rotate(const CallContext& context);
  Result<store::KeyList> list(const CallContext& context);

  // nullptr before the first refresh() succeeded.
  std::shared_ptr<const KeySnapshot> snapshot() const;

 private:
  Result<store::KeyList> usable_keys(const CallContext& context);
  Result<store::Key> make_signing_key(std::int64_t signs_from_ms) const;
  Result<Done> add_signing_key(const store::KeyList& existing, const CallContext& context);
  Result<store::Key> refresh_key(const CallContext& context);
  Result<Done> add_refresh_key(const CallContext& context);
  bool rotation_due(const store::KeyList& keys) const;
  bool encryption_key_due() const;
  // newest: of those in use; nullptr where there is none.
  Result<Done> protect(store::Key& key, const store::Key* newest) const;
  Result<Done> encrypt_anew(const store::KeyList& keys, const CallContext& context);
  Result<std::shared_ptr<const KeySnapshot>> build(const store::KeyList& keys,
                                                   const store::Key& refresh_key) const;

  Store& store_;
  const runtime::Clock& clock_;
  runtime::Random& random_;
  runtime::Logger& logger_;
  const TokenOptions options_;
  const KeyEncryption encryption_;
  const std::int64_t began_ms_;
  mutable std::mutex mutex_;
  std::shared_ptr<const KeySnapshot> snapshot_;  // guarded by mutex_
};

}  // namespace gateway::auth
