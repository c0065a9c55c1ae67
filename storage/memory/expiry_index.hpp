// Keys by the time they expire, so that expired rows are found without looking at the others. Not
// thread-safe: a part of one table.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <utility>

namespace gateway::memory {

template <class Key>
class ExpiryIndex {
 public:
  void add(std::int64_t expires_at_ms, const Key& key) { keys_.emplace(expires_at_ms, key); }
  void remove(std::int64_t expires_at_ms, const Key& key) { keys_.erase({expires_at_ms, key}); }

  // The key that expired first, when that was before now_ms.
  std::optional<Key> first_before(std::int64_t now_ms) const {
    if (keys_.empty() || keys_.begin()->first >= now_ms) return std::nullopt;
    return keys_.begin()->second;
  }

 private:
  std::set<std::pair<std::int64_t, Key>> keys_;
};

// Erases at most `limit` rows of `table` that expired before now_ms; the number erased. `erase(key)` takes
// the row out of the table and of the index.
template <class Key, class Erase>
std::size_t prune_expired(const ExpiryIndex<Key>& index, std::int64_t now_ms, std::size_t limit,
                          Erase&& erase) {
  std::size_t removed = 0;
  while (removed < limit) {
    const std::optional<Key> key = index.first_before(now_ms);
    if (!key) break;
    erase(*key);
    ++removed;
  }
  return removed;
}

}  // namespace gateway::memory
