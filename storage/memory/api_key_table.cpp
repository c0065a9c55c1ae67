#include "api_key_table.hpp"

#include <algorithm>

#include "limits.hpp"

namespace gateway::memory {

using store::ApiKey;

namespace {

constexpr std::int64_t kMaxPage = 1000;
constexpr std::size_t kMaxDigestBytes = 100;

std::optional<std::int64_t> end_of(const ApiKey& key) {
  if (key.expires_at_ms && key.revoked_at_ms) return std::min(*key.expires_at_ms, *key.revoked_at_ms);
  return key.expires_at_ms ? key.expires_at_ms : key.revoked_at_ms;
}

}  // namespace

Result<store::CreateApiKey::Reply> ApiKeyTable::create(const store::CreateApiKey& request,
                                                       std::int64_t clock_ms) {
  const ApiKey& key = request.key;
  if (!store::fits(key) || request.digest.empty() || request.digest.size() > kMaxDigestBytes)
    return invalid("a text of the API key is longer than its bound, or empty");
  if (keys_.count(key.id) != 0) return {store::Conflict{"id"}};
  if (keys_.size() >= max_keys_ && prune(clock_ms, kPrunedPerWrite) == 0) return full("API keys");
  keys_.emplace(key.id, Row{key, request.digest});
  order_.insert(place_of(key.created_at_ms, key.id));
  if (const auto end = end_of(key)) by_end_.add(*end, key.id);
  return {store::Stored{}};
}

store::MaybeApiKey ApiKeyTable::find(const std::string& id) const {
  const auto it = keys_.find(id);
  if (it == keys_.end()) return {};
  return {it->second.key, it->second.digest};
}

Result<store::ApiKeyList> ApiKeyTable::list(const store::ListApiKeys& request) const {
  if (request.limit < 1 || request.limit > kMaxPage) return invalid("limit out of range");
  auto at = request.after ? order_.upper_bound(place_of(request.after->created_at_ms, request.after->id))
                          : order_.begin();
  store::ApiKeyList list;
  for (; at != order_.end() && static_cast<std::int64_t>(list.keys.size()) < request.limit; ++at)
    list.keys.push_back(keys_.at(at->second).key);
  return list;
}

store::RevokeApiKey::Reply ApiKeyTable::revoke(const store::RevokeApiKey& request) {
  const auto it = keys_.find(request.id);
  if (it == keys_.end()) return {store::NotFound{}};
  ApiKey& key = it->second.key;
  if (key.revoked_at_ms) return {store::Stored{}};
  if (const auto end = end_of(key)) by_end_.remove(*end, key.id);
  key.revoked_at_ms = request.now_ms;
  by_end_.add(*end_of(key), key.id);
  return {store::Stored{}};
}

Result<Empty> ApiKeyTable::note_uses(const store::NoteApiKeyUses& request) {
  if (request.uses.size() > store::kMaxApiKeyUses) return invalid("too many uses at once");
  for (const store::ApiKeyUse& use : request.uses) {
    const auto it = keys_.find(use.id);
    if (it == keys_.end()) continue;
    auto& last = it->second.key.last_used_at_ms;
    if (!last || use.at_ms - *last >= store::kApiKeyUseStepMs) last = use.at_ms;
  }
  return Empty{};
}

std::size_t ApiKeyTable::prune(std::int64_t now_ms, std::size_t limit) {
  return prune_expired(by_end_, now_ms - store::kEndedApiKeyKeptMs, limit,
                       [this](const std::string& id) { erase(id); });
}

void ApiKeyTable::erase(const std::string& id) {
  const auto it = keys_.find(id);
  if (it == keys_.end()) return;
  const ApiKey& key = it->second.key;
  order_.erase(place_of(key.created_at_ms, key.id));
  if (const auto end = end_of(key)) by_end_.remove(*end, key.id);
  keys_.erase(it);
}

}  // namespace gateway::memory
