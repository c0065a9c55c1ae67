#include "credential_table.hpp"

#include "limits.hpp"

namespace gateway::memory {

using store::Conflict;
using store::Credential;
using store::NotFound;
using store::Stored;

Result<store::CreateCredential::Reply> CredentialTable::create(const store::CreateCredential& request) {
  const Credential& credential = request.credential;
  const Key subject_key{credential.provider, credential.subject};
  const Key login_key{credential.provider, credential.login};
  if (by_login_.count(login_key) != 0) return {Conflict{"login"}};
  if (by_subject_.count(subject_key) != 0) return {Conflict{"subject"}};
  if (by_subject_.size() >= max_credentials_) return full("credentials");
  Credential& row = by_subject_.emplace(subject_key, credential).first->second;
  by_login_.emplace(login_key, &row);
  return {Stored{}};
}

Result<store::MaybeCredential> CredentialTable::find(const store::FindCredential& request) const {
  if (request.login.has_value() == request.subject.has_value())
    return invalid("credentials.find wants either a login or a subject");
  if (request.login) {
    const auto it = by_login_.find({request.provider, *request.login});
    return it == by_login_.end() ? store::MaybeCredential{} : store::MaybeCredential{*it->second};
  }
  const auto it = by_subject_.find({request.provider, *request.subject});
  return it == by_subject_.end() ? store::MaybeCredential{} : store::MaybeCredential{it->second};
}

Credential* CredentialTable::look_up(const std::string& provider, const std::string& subject) {
  const auto it = by_subject_.find({provider, subject});
  return it == by_subject_.end() ? nullptr : &it->second;
}

store::ReplaceSecret::Reply CredentialTable::replace_secret(const store::ReplaceSecret& request) {
  Credential* credential = look_up(request.provider, request.subject);
  if (credential == nullptr) return NotFound{};
  if (credential->secret_hash.reveal() != request.expected_hash.reveal()) return store::Stale{};
  credential->secret_hash = request.secret_hash;
  credential->updated_at_ms = request.now_ms;
  return Stored{};
}

store::SetCredentialDisabled::Reply CredentialTable::set_disabled(
    const store::SetCredentialDisabled& request) {
  Credential* credential = look_up(request.provider, request.subject);
  if (credential == nullptr) return NotFound{};
  credential->disabled = request.disabled;
  credential->updated_at_ms = request.now_ms;
  return Stored{};
}

store::DeleteCredential::Reply CredentialTable::remove(const store::DeleteCredential& request) {
  const auto it = by_subject_.find({request.provider, request.subject});
  if (it == by_subject_.end()) return NotFound{};
  by_login_.erase({it->second.provider, it->second.login});
  by_subject_.erase(it);
  return Stored{};
}

}  // namespace gateway::memory
