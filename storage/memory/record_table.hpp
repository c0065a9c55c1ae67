// Small named values of plugins, bounded in number and in bytes. Not thread-safe: MemoryStore holds the lock.
#pragma once

#include <map>
#include <string>
#include <utility>

#include <gateway/store/records.hpp>

#include "expiry_index.hpp"

namespace gateway::memory {

class RecordTable {
 public:
  RecordTable(std::size_t max_records, std::size_t max_bytes)
      : max_records_(max_records), max_bytes_(max_bytes) {}

  // clock_ms: what counts as expired when the table is full and must be cleared first.
  Result<Empty> put(const store::PutRecord& request, std::int64_t clock_ms);
  store::MaybeRecord get(const store::GetRecord& request) const;
  void remove(const store::DeleteRecord& request);
  std::size_t prune(std::int64_t now_ms, std::size_t limit);

 private:
  using Key = std::pair<std::string, std::string>;  // scope, key
  struct Row {
    std::string value;
    std::optional<std::int64_t> expires_at_ms;
  };

  bool has_room_for(std::size_t more_bytes, std::size_t replaced_bytes, bool is_new) const;
  void erase(const Key& key);

  std::size_t max_records_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::map<Key, Row> records_;
  ExpiryIndex<Key> by_expiry_;
};

}  // namespace gateway::memory
