// Keys of machine callers, ended ones included until they are pruned. Not thread-safe: MemoryStore holds the
// lock.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include <gateway/store/api_keys.hpp>

#include "expiry_index.hpp"

namespace gateway::memory {

class ApiKeyTable {
 public:
  explicit ApiKeyTable(std::size_t max_keys) : max_keys_(max_keys) {}

  // clock_ms: what counts as ended long ago when the table is full and must be cleared first.
  Result<store::CreateApiKey::Reply> create(const store::CreateApiKey& request, std::int64_t clock_ms);
  store::MaybeApiKey find(const std::string& id) const;
  Result<store::ApiKeyList> list(const store::ListApiKeys& request) const;
  store::RevokeApiKey::Reply revoke(const store::RevokeApiKey& request);
  Result<Empty> note_uses(const store::NoteApiKeyUses& request);
  std::size_t prune(std::int64_t now_ms, std::size_t limit);

 private:
  struct Row {
    store::ApiKey key;
    std::string digest;
  };
  // Newest first, hence the negated time.
  using Place = std::pair<std::int64_t, std::string>;
  static Place place_of(std::int64_t created_at_ms, const std::string& id) { return {-created_at_ms, id}; }

  void erase(const std::string& id);

  std::size_t max_keys_;
  std::unordered_map<std::string, Row> keys_;
  std::set<Place> order_;
  ExpiryIndex<std::string> by_end_;
};

}  // namespace gateway::memory
