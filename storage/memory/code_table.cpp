#include "code_table.hpp"

#include <gateway/toolkit/sha256.hpp>

#include "limits.hpp"

namespace gateway::memory {

using store::CodeState;

Result<Empty> CodeTable::put(const store::PutCode& request, std::int64_t clock_ms) {
  if (request.max_attempts < 1) return invalid("max_attempts must be at least 1");
  const Key key{request.scope, request.purpose, request.target};
  erase(key);
  if (codes_.size() >= max_codes_ && prune(clock_ms, kPrunedPerWrite) == 0) return full("codes");
  codes_.emplace(key,
                 Row{request.digest, request.payload, request.expires_at_ms, request.max_attempts, false});
  by_expiry_.add(request.expires_at_ms, key);
  return Empty{};
}

store::CodeOutcome CodeTable::consume(const store::ConsumeCode& request) {
  const auto it = codes_.find({request.scope, request.purpose, request.target});
  if (it == codes_.end()) return {CodeState::Unknown, 0, ""};
  Row& row = it->second;
  if (row.used) return {CodeState::AlreadyUsed, 0, ""};
  if (request.now_ms >= row.expires_at_ms) return {CodeState::Expired, 0, ""};
  if (row.attempts_left == 0) return {CodeState::Exhausted, 0, ""};
  --row.attempts_left;
  if (!toolkit::constant_time_equal(row.digest, request.digest))
    return {CodeState::Wrong, row.attempts_left, ""};
  row.used = true;
  return {CodeState::Accepted, row.attempts_left, row.payload};
}

std::size_t CodeTable::prune(std::int64_t now_ms, std::size_t limit) {
  return prune_expired(by_expiry_, now_ms, limit, [this](const Key& key) { erase(key); });
}

void CodeTable::erase(const Key& key) {
  const auto it = codes_.find(key);
  if (it == codes_.end()) return;
  by_expiry_.remove(it->second.expires_at_ms, key);
  codes_.erase(it);
}

}  // namespace gateway::memory
