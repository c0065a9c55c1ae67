#include "record_table.hpp"

#include "limits.hpp"

namespace gateway::memory {

namespace {

constexpr std::size_t kMaxKeyBytes = 256;
constexpr std::size_t kMaxValueBytes = 1U << 20;

}  // namespace

Result<Empty> RecordTable::put(const store::PutRecord& request, std::int64_t clock_ms) {
  if (request.key.size() > kMaxKeyBytes || request.value.size() > kMaxValueBytes)
    return invalid("the record's key or value is longer than its bound");
  const Key key{request.scope, request.key};
  const auto fits = [&] {
    const auto old = records_.find(key);
    const std::size_t replaced = old == records_.end() ? 0 : old->second.value.size();
    return has_room_for(request.value.size(), replaced, old == records_.end());
  };
  if (!fits()) {
    prune(clock_ms, kPrunedPerWrite);
    if (!fits()) return full("records");
  }
  erase(key);
  bytes_ += request.value.size();
  records_.emplace(key, Row{request.value, request.expires_at_ms});
  if (request.expires_at_ms) by_expiry_.add(*request.expires_at_ms, key);
  return Empty{};
}

bool RecordTable::has_room_for(std::size_t more_bytes, std::size_t replaced_bytes, bool is_new) const {
  if (is_new && records_.size() >= max_records_) return false;
  return bytes_ - replaced_bytes + more_bytes <= max_bytes_;
}

store::MaybeRecord RecordTable::get(const store::GetRecord& request) const {
  const auto it = records_.find({request.scope, request.key});
  if (it == records_.end()) return {};
  const Row& row = it->second;
  if (row.expires_at_ms && request.now_ms >= *row.expires_at_ms) return {};
  return {row.value};
}

void RecordTable::remove(const store::DeleteRecord& request) {
  erase({request.scope, request.key});
}

std::size_t RecordTable::prune(std::int64_t now_ms, std::size_t limit) {
  return prune_expired(by_expiry_, now_ms, limit, [this](const Key& key) { erase(key); });
}

void RecordTable::erase(const Key& key) {
  const auto it = records_.find(key);
  if (it == records_.end()) return;
  bytes_ -= it->second.value.size();
  if (it->second.expires_at_ms) by_expiry_.remove(*it->second.expires_at_ms, key);
  records_.erase(it);
}

}  // namespace gateway::memory
