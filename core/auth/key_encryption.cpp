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

Error sealed_by_another(const store::Key& key) {
  return invalid("stored key '" + key.id +
                 "' is encrypted with a key that is neither Tokens:KeyEncryptionKey nor among "
                 "Tokens:PreviousKeyEncryptionKeys");
}

}  // namespace

KeyEncryption::KeyEncryption(const TokenOptions& options, runtime::Random& random) : random_(random) {
  if (options.key_encryption_key.empty()) return;
  keys_.push_back({id_of(options.key_encryption_key), options.key_encryption_key});
  for (const Secret& previous : options.previous_key_encryption_keys)
    keys_.push_back({id_of(previous), previous});
}

const KeyEncryption::EncryptionKey* KeyEncryption::sealer_of(const store::Key& key) const {
  const auto sealer = std::find_if(keys_.begin(), keys_.end(), [&](const EncryptionKey& candidate) {
    return key.material.reveal().starts_with(prefix_of(candidate.id));
  });
  return sealer == keys_.end() ? nullptr : &*sealer;
}

Result<Done> KeyEncryption::seal(const EncryptionKey& with, store::Key& key) const {
  std::string nonce(toolkit::kAeadNonceBytes, '\0');
  if (!random_.fill(nonce.data(), nonce.size())) return unavailable("no randomness");
  key.material = Secret(prefix_of(with.id) + toolkit::base64url_encode(toolkit::aead_seal(
                                                 with.key, nonce, binding_of(key), key.material)));
  return Done{};
}

Result<Done> KeyEncryption::protect(store::Key& key) const {
  if (!enabled()) return Done{};
  return seal(keys_.front(), key);
}

Result<Done> KeyEncryption::protect_like(const store::Key& stored, store::Key& key) const {
  if (is_clear(stored)) return Done{};
  const EncryptionKey* sealer = sealer_of(stored);
  if (sealer == nullptr) return sealed_by_another(stored);
  return seal(*sealer, key);
}

Result<Secret> KeyEncryption::reveal(const store::Key& key) const {
  if (is_clear(key)) return key.material;
  const EncryptionKey* sealer = sealer_of(key);
  if (sealer == nullptr) return sealed_by_another(key);
  const auto sealed = toolkit::base64url_decode(key.material.reveal().substr(prefix_of(sealer->id).size()));
  auto plain = sealed ? toolkit::aead_open(sealer->key, binding_of(key), *sealed) : std::nullopt;
  if (!plain) return invalid("stored key '" + key.id + "' has been changed");
  return *std::move(plain);
}

bool KeyEncryption::is_clear(const store::Key& key) {
  return !key.material.reveal().starts_with(kPrefix);
}

bool KeyEncryption::is_up_to_date(const store::Key& key) const {
  if (!enabled()) return true;
  if (is_clear(key)) return false;
  const EncryptionKey* sealer = sealer_of(key);
  return sealer == nullptr || sealer == &keys_.front();
}

}  // namespace gateway::auth
