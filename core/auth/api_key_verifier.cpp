#include "core/auth/api_key_verifier.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/auth/api_key_text.hpp"

namespace gateway::auth {

void ApiKeyVerifier::Memory::put(const Digest& digest, Entry entry, std::size_t most) {
  order.emplace_back(digest, entry.serial);
  entries.insert_or_assign(digest, std::move(entry));
  while (entries.size() > most || order.size() > 2 * most) {
    const auto [oldest, serial] = order.front();
    order.pop_front();
    const auto found = entries.find(oldest);
    if (found != entries.end() && found->second.serial == serial) entries.erase(found);
  }
}

const ApiKeyVerifier::Entry* ApiKeyVerifier::find(const Digest& digest, std::int64_t not_before_ms) const {
  for (const Memory* memory : {&accepted_, &refused_}) {
    const auto found = memory->entries.find(digest);
    if (found != memory->entries.end() && found->second.asked_at_ms > not_before_ms) return &found->second;
  }
  return nullptr;
}

AuthenticateApiKey::Reply ApiKeyVerifier::admit(const KeyPtr& key) {
  const std::int64_t now_ms = clock_.wall_ms();
  if (key == nullptr || (key->expires_at_ms && now_ms >= *key->expires_at_ms)) return ApiKeyRefused{};
  {
    const std::lock_guard lock(mutex_);
    if (uses_.size() < kMostUses || uses_.count(key->id) != 0) uses_[key->id] = now_ms;
  }
  return ApiKeyAccepted{key->id, key->scopes};
}

Result<ApiKeyVerifier::KeyPtr> ApiKeyVerifier::look_up(store::ApiKeys& store, std::string_view id,
                                                       std::string_view key, const CallContext& context) {
  auto found = store.find_api_key({std::string(id)}, context);
  if (!found) return found.error();
  const std::string digest = api_key_digest(key);
  // Compared in either case, with as many bytes, so that an id that is there costs no more than one that is
  // not.
  const std::string nobody(digest.size(), '-');
  const bool matches = toolkit::constant_time_equal(found->key ? found->digest : nobody, digest);
  if (!found->key || !matches || found->key->revoked_at_ms) return KeyPtr();
  return KeyPtr(std::make_shared<const store::ApiKey>(*std::move(found->key)));
}

Result<AuthenticateApiKey::Reply> ApiKeyVerifier::authenticate(store::ApiKeys& store,
                                                               const AuthenticateApiKey& request,
                                                               const CallContext& context) {
  const std::string_view key = request.key.reveal();
  const auto id = api_key_id(key);
  if (!id) return {ApiKeyRefused{}};
  const Digest digest = toolkit::sha256(key);
  const std::int64_t now_ms = clock_.monotonic_ms();
  std::uint64_t epoch = 0;
  std::optional<KeyPtr> known;
  {
    const std::lock_guard lock(mutex_);
    epoch = epoch_;
    if (request.max_age_ms > 0) {
      if (const Entry* entry = find(digest, now_ms - request.max_age_ms)) known = entry->key;
    }
  }
  if (known) return admit(*known);
  auto looked_up = look_up(store, *id, key, context);
  if (!looked_up) return looked_up.error();
  {
    const std::lock_guard lock(mutex_);
    if (epoch == epoch_) {
      const bool good = *looked_up != nullptr;
      (good ? refused_ : accepted_).entries.erase(digest);
      (good ? accepted_ : refused_)
          .put(digest, {*looked_up, now_ms, next_serial_++}, good ? kMostAccepted : kMostRefused);
    }
  }
  return admit(*looked_up);
}

void ApiKeyVerifier::forget(std::string_view id) {
  const std::lock_guard lock(mutex_);
  ++epoch_;
  for (auto it = accepted_.entries.begin(); it != accepted_.entries.end();)
    it = it->second.key->id == id ? accepted_.entries.erase(it) : std::next(it);
}

void ApiKeyVerifier::clear() {
  const std::lock_guard lock(mutex_);
  ++epoch_;
  accepted_ = {};
  refused_ = {};
}

Result<Done> ApiKeyVerifier::write_uses(store::ApiKeys& store, const CallContext& context) {
  std::unordered_map<std::string, std::int64_t> uses;
  {
    const std::lock_guard lock(mutex_);
    uses.swap(uses_);
  }
  while (!uses.empty()) {
    store::NoteApiKeyUses note;
    for (auto it = uses.begin(); it != uses.end() && note.uses.size() < store::kMaxApiKeyUses; ++it)
      note.uses.push_back({it->first, it->second});
    if (auto noted = store.note_api_key_uses(note, context); !noted) {
      const std::lock_guard lock(mutex_);
      uses_.merge(uses);  // a later use of the same key stays
      while (uses_.size() > kMostUses)
        uses_.erase(uses_.begin());
      return std::move(noted).error();
    }
    for (const store::ApiKeyUse& use : note.uses)
      uses.erase(use.id);
  }
  return Done{};
}

std::size_t ApiKeyVerifier::remembered() const {
  const std::lock_guard lock(mutex_);
  return accepted_.entries.size() + refused_.entries.size();
}

}  // namespace gateway::auth
