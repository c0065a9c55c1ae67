#include "core/auth/key_ring.hpp"

#include <algorithm>
#include <utility>

#include "core/auth/ids.hpp"

namespace gateway::auth {

namespace {

constexpr std::string_view kAccessPurpose = "access-token";
constexpr std::string_view kRefreshPurpose = "refresh-token";
constexpr std::int64_t kClockSkewMs = 60'000;

}  // namespace

KeyRing::KeyRing(Store& store, const runtime::Clock& clock, runtime::Random& random, runtime::Logger& logger,
                 const TokenOptions& options)
    : store_(store),
      clock_(clock),
      random_(random),
      logger_(logger),
      options_(options),
      encryption_(options, random),
      began_ms_(clock.wall_ms()) {}

std::shared_ptr<const KeySnapshot> KeyRing::snapshot() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

Result<store::KeyList> KeyRing::list(const CallContext& context) {
  return store_.list_keys({std::string(kAccessPurpose)}, context);
}

Result<store::KeyList> KeyRing::usable_keys(const CallContext& context) {
  auto keys = list(context);
  if (!keys) return keys;
  const std::int64_t now = clock_.wall_ms();
  auto& all = keys->keys;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const store::Key& key) {
                             return key.verifies_until_ms != 0 && key.verifies_until_ms <= now;
                           }),
            all.end());
  return keys;
}

bool KeyRing::rotation_due(const store::KeyList& keys) const {
  if (keys.keys.empty()) return true;
  const store::Key& newest = keys.keys.back();
  // What lay in clear is in backups.
  const bool lay_in_clear = encryption_.enabled() && encryption_key_due() && KeyEncryption::is_clear(newest);
  return newest.algorithm != to_string(options_.algorithm) || lay_in_clear ||
         newest.created_at_ms + options_.key_rotation_s * 1000 <= clock_.wall_ms();
}

bool KeyRing::encryption_key_due() const {
  return clock_.wall_ms() - began_ms_ >= kEncryptionKeyAheadMs;
}

Result<Done> KeyRing::protect(store::Key& key, const store::Key* newest) const {
  if (newest == nullptr || encryption_key_due()) return encryption_.protect(key);
  return encryption_.protect_like(*newest, key);
}

Result<store::Key> KeyRing::make_signing_key(std::int64_t signs_from_ms) const {
  const auto made = toolkit::PrivateKey::generate(options_.algorithm);
  if (!made) return made.error();
  auto pem = made->to_pkcs8_pem();
  if (!pem) return pem.error();
  store::Key key;
  key.id = made->public_key().thumbprint();
  key.purpose = kAccessPurpose;
  key.algorithm = to_string(options_.algorithm);
  key.material = std::move(*pem);
  key.created_at_ms = clock_.wall_ms();
  key.signs_from_ms = signs_from_ms;
  return key;
}

Result<Done> KeyRing::add_signing_key(const store::KeyList& existing, const CallContext& context) {
  const bool first = existing.keys.empty();
  const std::int64_t signs_from = clock_.wall_ms() + (first ? 0 : options_.key_publish_ahead_s * 1000);
  auto key = make_signing_key(signs_from);
  if (!key) return key.error();
  if (auto done = protect(*key, first ? nullptr : &existing.keys.back()); !done) return done.error();
  const std::string id = key->id;
  store::AddKey add;
  add.key = std::move(*key);
  // All keys ever made, not only the usable ones: the newest may have expired while no instance was running.
  const auto all = list(context);
  if (!all) return all.error();
  add.expected_newest_id = all->keys.empty() ? std::string() : all->keys.back().id;
  add.predecessors_until_ms = signs_from + options_.access_lifetime_s * 1000 + kClockSkewMs;
  const auto added = store_.add_key(add, context);
  if (!added) return added.error();
  // Stale: another instance was first, and its key is as good.
  if (std::holds_alternative<store::Stored>(*added)) {
    logger_.write(LogLevel::Information, "auth", "new signing key", {{"kid", std::string_view(id)}});
  }
  return Done{};
}

Result<Done> KeyRing::add_refresh_key(const CallContext& context) {
  auto id = new_random_id(random_);
  auto material = new_opaque_token(random_);
  if (!id) return id.error();
  if (!material) return material.error();
  store::AddKey add;
  add.key.id = *id;
  add.key.purpose = kRefreshPurpose;
  add.key.algorithm = "HS256";
  add.key.material = std::move(*material);
  add.key.created_at_ms = clock_.wall_ms();
  if (auto done = protect(add.key, nullptr); !done) return done.error();
  const auto added = store_.add_key(add, context);
  if (!added) return added.error();
  return Done{};
}

Result<store::Key> KeyRing::refresh_key(const CallContext& context) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto keys = store_.list_keys({std::string(kRefreshPurpose)}, context);
    if (!keys) return keys.error();
    if (!keys->keys.empty()) return std::move(keys->keys.back());
    if (auto added = add_refresh_key(context); !added) return added.error();
  }
  return internal_error("the refresh key was added but cannot be read");
}

Result<Done> KeyRing::encrypt_anew(const store::KeyList& keys, const CallContext& context) {
  for (const store::Key& key : keys.keys) {
    if (encryption_.is_up_to_date(key)) continue;
    store::Key anew = key;
    auto material = encryption_.reveal(key);
    if (!material) return material.error();
    anew.material = std::move(*material);
    if (auto done = encryption_.protect(anew); !done) return done.error();
    const auto replaced =
        store_.replace_key_material({key.purpose, key.id, key.material, anew.material}, context);
    if (!replaced) return replaced.error();
    // Stale: another instance was first.
    if (std::holds_alternative<store::Stored>(*replaced)) {
      logger_.write(LogLevel::Information, "auth", "stored key is encrypted with Tokens:KeyEncryptionKey now",
                    {{"purpose", std::string_view(key.purpose)}, {"kid", std::string_view(key.id)}});
    }
  }
  return Done{};
}

Result<std::shared_ptr<const KeySnapshot>> KeyRing::build(const store::KeyList& keys,
                                                          const store::Key& refresh_key) const {
  auto derivation = encryption_.reveal(refresh_key);
  if (!derivation) return derivation.error();
  const std::int64_t now = clock_.wall_ms();
  std::vector<toolkit::Jwk> published;
  std::optional<toolkit::PrivateKey> signer;
  std::string signer_id;
  for (const store::Key& key : keys.keys) {
    const auto material = encryption_.reveal(key);
    if (!material) return material.error();
    auto parsed = toolkit::PrivateKey::from_pkcs8_pem(*material);
    if (!parsed)
      return internal_error("stored key '" + key.id + "' cannot be read: " + parsed.error().detail);
    published.push_back({key.id, parsed->public_key()});
    // The newest that may sign by now; the oldest where none may (clocks that disagree).
    if (!signer || key.signs_from_ms <= now) {
      signer = std::move(*parsed);
      signer_id = key.id;
    }
  }
  if (!signer) return internal_error("there is no signing key");
  auto set = toolkit::JwkSet::from_keys(std::move(published));
  if (!set) return set.error();
  std::string json = set->to_json();
  return std::make_shared<const KeySnapshot>(KeySnapshot{
      std::move(signer_id), std::move(*signer), std::move(*set), std::move(json), std::move(*derivation)});
}

Result<Done> KeyRing::refresh(const CallContext& context) {
  auto keys = usable_keys(context);
  if (!keys) return keys.error();
  if (rotation_due(*keys)) {
    if (auto added = add_signing_key(*keys, context); !added) return added.error();
    keys = usable_keys(context);
    if (!keys) return keys.error();
  }
  auto derivation = refresh_key(context);
  if (!derivation) return derivation.error();
  auto built = build(*keys, *derivation);
  if (!built) return built.error();
  {
    const std::lock_guard lock(mutex_);
    snapshot_ = std::move(*built);
  }
  if (!encryption_key_due()) return Done{};
  keys->keys.push_back(std::move(*derivation));
  return encrypt_anew(*keys, context);
}

Result<std::string> KeyRing::rotate(const CallContext& context) {
  const auto before = usable_keys(context);
  if (!before) return before.error();
  if (auto added = add_signing_key(*before, context); !added) return added.error();
  if (auto refreshed = refresh(context); !refreshed) return refreshed.error();
  const auto after = list(context);
  if (!after) return after.error();
  return after->keys.back().id;
}

}  // namespace gateway::auth
