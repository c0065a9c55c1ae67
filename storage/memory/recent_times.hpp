// When something last happened to a key, remembered for kRevocationMemoryMs, or as long as is said, and for
// at most `max_keys` keys. Not thread-safe: MemoryStore holds the lock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>

#include <gateway/store/sessions.hpp>

namespace gateway::memory {

template <class Key>
class RecentTimes {
 public:
  explicit RecentTimes(std::size_t max_keys, std::int64_t memory_ms = store::kRevocationMemoryMs)
      : max_keys_(max_keys), memory_ms_(memory_ms) {}

  void note(const Key& key, std::int64_t at_ms) {
    std::int64_t& latest = times_[key];
    latest = std::max(latest, at_ms);
    order_.emplace_back(at_ms, key);
    while (!order_.empty() && (order_.size() > max_keys_ || order_.front().first < at_ms - memory_ms_)) {
      drop_oldest();
    }
  }
  bool happened_since(const Key& key, std::int64_t at_ms) const {
    const auto found = times_.find(key);
    return found != times_.end() && found->second >= at_ms;
  }

 private:
  void drop_oldest() {
    const auto& [at_ms, key] = order_.front();
    const auto found = times_.find(key);
    if (found != times_.end() && found->second <= at_ms) times_.erase(found);
    order_.pop_front();
  }

  std::size_t max_keys_;
  std::int64_t memory_ms_;
  std::map<Key, std::int64_t> times_;
  std::deque<std::pair<std::int64_t, Key>> order_;  // a key may be there more than once
};

}  // namespace gateway::memory
