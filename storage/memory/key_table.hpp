// The gateway's own keys, in the order they were added. Not thread-safe: MemoryStore holds the lock.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <gateway/store/keys.hpp>

namespace gateway::memory {

class KeyTable {
 public:
  store::KeyList list(const std::string& purpose) const;
  Result<store::AddKey::Reply> add(const store::AddKey& request);
  store::ReplaceKeyMaterial::Reply replace_material(const store::ReplaceKeyMaterial& request);

 private:
  std::map<std::string, std::vector<store::Key>> by_purpose_;
};

}  // namespace gateway::memory
