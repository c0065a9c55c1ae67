#include "key_table.hpp"

#include <algorithm>

#include "limits.hpp"

namespace gateway::memory {

using store::Key;

namespace {

constexpr std::size_t kMaxPurposes = 100;
constexpr std::size_t kMaxKeysPerPurpose = 1000;

}  // namespace

store::KeyList KeyTable::list(const std::string& purpose) const {
  const auto it = by_purpose_.find(purpose);
  return it == by_purpose_.end() ? store::KeyList{} : store::KeyList{it->second};
}

Result<store::AddKey::Reply> KeyTable::add(const store::AddKey& request) {
  const Key& key = request.key;
  const auto existing = by_purpose_.find(key.purpose);
  const bool is_first = existing == by_purpose_.end();
  const std::string newest_id = is_first ? "" : existing->second.back().id;
  if (request.expected_newest_id != newest_id) return {store::Stale{}};
  if (is_first && by_purpose_.size() >= kMaxPurposes) return full("key purposes");

  std::vector<Key>& keys = by_purpose_[key.purpose];
  if (std::any_of(keys.begin(), keys.end(), [&](const Key& k) { return k.id == key.id; }))
    return invalid("a key of that id exists");
  if (keys.size() >= kMaxKeysPerPurpose) return full("keys");
  for (Key& predecessor : keys) {
    if (predecessor.verifies_until_ms == 0) predecessor.verifies_until_ms = request.predecessors_until_ms;
  }
  keys.push_back(key);
  return {store::Stored{}};
}

store::ReplaceKeyMaterial::Reply KeyTable::replace_material(const store::ReplaceKeyMaterial& request) {
  const auto of_purpose = by_purpose_.find(request.purpose);
  if (of_purpose == by_purpose_.end()) return {store::Stale{}};
  for (Key& key : of_purpose->second) {
    if (key.id != request.id || key.material.reveal() != request.expected_material.reveal()) continue;
    key.material = request.material;
    return {store::Stored{}};
  }
  return {store::Stale{}};
}

}  // namespace gateway::memory
