// ApiKeyVerifier: from the key that came with a request to what it is good for. Answers from memory what
// storage said a short time ago, and keeps which keys were used until write_uses() is called, so that no
// request waits for a write.
//
// Memory: up to kMostAccepted good keys, and apart from them as many refusals, so that a flood of rubbish
// pushes no good key out; where there is no room the oldest goes. By SHA-256 of the key. A look-up that began
// before a key was revoked stores nothing after it. How old an answer may be is the asker's to say, by the
// monotonic clock; a key's end by time is looked at each time. A key that is unknown and one that is wrong
// cost the same.
// Thread safety: all members from any thread; authenticate() and write_uses() block on storage.
#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include <gateway/toolkit/sha256.hpp>

#include "core/plugin/api_key_authenticator.hpp"
#include "core/runtime/clock.hpp"

namespace gateway::auth {

class ApiKeyVerifier final : public plugin::ApiKeyAuthenticator {
 public:
  static constexpr std::size_t kMostAccepted = 10'000;
  static constexpr std::size_t kMostRefused = 10'000;
  static constexpr std::size_t kMostUses = 10'000;  // of different keys between two write_uses()

  explicit ApiKeyVerifier(const runtime::Clock& clock) : clock_(clock) {}

  Result<AuthenticateApiKey::Reply> authenticate(store::ApiKeys& store, const AuthenticateApiKey& request,
                                                 const CallContext& context) override;

  // It has been revoked.
  void forget(std::string_view id);
  void clear();

  // When keys were last used, since the last time. What could not be written is tried again.
  Result<Done> write_uses(store::ApiKeys& store, const CallContext& context);

  std::size_t remembered() const;

 private:
  using Digest = toolkit::Sha256Digest;
  struct DigestHash {
    std::size_t operator()(const Digest& digest) const noexcept {
      std::size_t hash = 0;  // any bytes of a digest are as good as a hash of all
      std::memcpy(&hash, digest.data(), sizeof(hash));
      return hash;
    }
  };
  using KeyPtr = std::shared_ptr<const store::ApiKey>;
  struct Entry {
    KeyPtr key;  // null: refused
    std::int64_t asked_at_ms = 0;
    std::uint64_t serial = 0;
  };
  // Guarded by mutex_.
  struct Memory {
    std::unordered_map<Digest, Entry, DigestHash> entries;
    std::deque<std::pair<Digest, std::uint64_t>> order;  // a serial that differs is a replaced entry
    void put(const Digest& digest, Entry entry, std::size_t most);
  };

  const Entry* find(const Digest& digest, std::int64_t not_before_ms) const;
  AuthenticateApiKey::Reply admit(const KeyPtr& key);
  Result<KeyPtr> look_up(store::ApiKeys& store, std::string_view id, std::string_view key,
                         const CallContext& context);

  const runtime::Clock& clock_;
  mutable std::mutex mutex_;
  Memory accepted_;
  Memory refused_;
  std::uint64_t epoch_ = 0;
  std::uint64_t next_serial_ = 0;
  std::unordered_map<std::string, std::int64_t> uses_;
};

}  // namespace gateway::auth
