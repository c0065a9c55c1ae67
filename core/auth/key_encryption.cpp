#include "core/auth/key_encryption.hpp"

#include <algorithm>
#include <utility>

#include <gateway/toolkit/aead.hpp>
#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/sha256.hpp>

namespace gateway::auth {

namespace {

constexpr std::string_view kPrefix = "enc:1:";
constexpr std::size_t kIdLength = 11;  // 64 bits in base64url

std::string id_of(const Secret& key) {
  const auto digest = toolkit::hmac_sha256(key.reveal(), "identity-gateway key encryption key id");
  return toolkit::base64url_encode(toolkit::view_of(digest)).substr(0, kIdLength);
}

// None of the three holds a NUL, so different keys never share a binding.
std::string binding_of(const store::Key& key) {
  return key.purpose + '\0' + key.algorithm + '\0' + key.id;
}

std::string prefix_of(const std::string& encryption_key_id) {
  return std::string(kPrefix) + encryption_key_id + ":";
}

}  // namespace

KeyEncryption::KeyEncryption(const TokenOptions& options, runtime::Random& random) : random_(random) {
  if (options.key_encryption_key.empty()) return;
  keys_.push_back({id_of(options.key_encryption_key), options.key_encryption_key});
  for (const Secret& previous : options.previous_key_encryption_keys)
    keys_.push_back({id_of(previous), previous});
}

Result<Done> KeyEncryption::protect(store::Key& key) const {
  if (!enabled()) return Done{};
  std::string nonce(toolkit::kAeadNonceBytes, '\0');
  if (!random_.fill(nonce.data(), nonce.size())) return unavailable("no randomness");
  const EncryptionKey& current = keys_.front();
  key.material = Secret(prefix_of(current.id) + toolkit::base64url_encode(toolkit::aead_seal(
                                                    current.key, nonce, binding_of(key), key.material)));
  return Done{};
}

Result<Secret> KeyEncryption::reveal(const store::Key& key) const {
  const std::string_view stored = key.material.reveal();
  if (!stored.starts_with(kPrefix)) return key.material;
  for (const EncryptionKey& candidate : keys_) {
    const std::string prefix = prefix_of(candidate.id);
    if (!stored.starts_with(prefix)) continue;
    const auto sealed = toolkit::base64url_decode(stored.substr(prefix.size()));
    auto plain = sealed ? toolkit::aead_open(candidate.key, binding_of(key), *sealed) : std::nullopt;
    if (plain) return *std::move(plain);
    return invalid("stored key '" + key.id + "' has been changed");
  }
  return invalid("stored key '" + key.id +
                 "' is encrypted with a key that is neither Tokens:KeyEncryptionKey nor among "
                 "Tokens:PreviousKeyEncryptionKeys");
}

bool KeyEncryption::is_up_to_date(const store::Key& key) const {
  const std::string_view stored = key.material.reveal();
  if (!enabled()) return true;
  if (!stored.starts_with(kPrefix)) return false;
  return std::none_of(keys_.begin() + 1, keys_.end(), [&](const EncryptionKey& previous) {
    return stored.starts_with(prefix_of(previous.id));
  });
}

}  // namespace gateway::auth
