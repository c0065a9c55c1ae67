// Login names and password hashes of providers that keep their own. Keyed by (provider, subject), found by
// (provider, login). Not thread-safe: MemoryStore holds the lock.
#pragma once

#include <map>
#include <string>
#include <utility>

#include <gateway/store/credentials.hpp>

namespace gateway::memory {

class CredentialTable {
 public:
  explicit CredentialTable(std::size_t max_credentials) : max_credentials_(max_credentials) {}

  Result<store::CreateCredential::Reply> create(const store::CreateCredential& request);
  Result<store::MaybeCredential> find(const store::FindCredential& request) const;
  store::ReplaceSecret::Reply replace_secret(const store::ReplaceSecret& request);
  store::SetCredentialDisabled::Reply set_disabled(const store::SetCredentialDisabled& request);
  store::DeleteCredential::Reply remove(const store::DeleteCredential& request);

 private:
  using Key = std::pair<std::string, std::string>;  // provider, then subject or login

  store::Credential* look_up(const std::string& provider, const std::string& subject);

  std::size_t max_credentials_;
  std::map<Key, store::Credential> by_subject_;  // its nodes do not move: by_login_ points into it
  std::map<Key, store::Credential*> by_login_;
};

}  // namespace gateway::memory
