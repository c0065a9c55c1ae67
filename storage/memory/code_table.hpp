// One-time codes. A used or exhausted code stays until it has expired, so that a second use gets the answer
// that the contract wants. Not thread-safe: MemoryStore holds the lock.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include <gateway/store/codes.hpp>

#include "expiry_index.hpp"

namespace gateway::memory {

class CodeTable {
 public:
  explicit CodeTable(std::size_t max_codes) : max_codes_(max_codes) {}

  // clock_ms: what counts as expired when the table is full and must be cleared first.
  Result<Empty> put(const store::PutCode& request, std::int64_t clock_ms);
  store::CodeOutcome consume(const store::ConsumeCode& request);
  std::size_t prune(std::int64_t now_ms, std::size_t limit);

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // scope, purpose, target
  struct Row {
    std::string digest;
    std::string payload;
    std::int64_t expires_at_ms = 0;
    std::int64_t attempts_left = 0;
    bool used = false;
  };

  void erase(const Key& key);

  std::size_t max_codes_;
  std::map<Key, Row> codes_;
  ExpiryIndex<Key> by_expiry_;
};

}  // namespace gateway::memory
