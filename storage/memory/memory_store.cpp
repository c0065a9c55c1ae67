#include "memory_store.hpp"

namespace gateway::memory {

using Guard = std::lock_guard<std::mutex>;

MemoryStore::MemoryStore(const Host& host, const PluginConfig& config)
    : MemoryStore(host, Limits::from(config)) {}

MemoryStore::MemoryStore(const Host& host, const Limits& limits)
    : host_(host),
      users_(limits.users),
      credentials_(limits.users),
      sessions_(limits.sessions),
      codes_(limits.codes),
      audit_(limits.audit_events),
      records_(limits.records, limits.record_bytes),
      api_keys_(limits.api_keys) {}

Result<store::CreateUser::Reply> MemoryStore::create_user(const store::CreateUser& request,
                                                          const CallContext&) {
  const Guard guard(mutex_);
  return users_.create(request);
}

Result<store::MaybeUser> MemoryStore::get_user(const store::GetUser& request, const CallContext&) {
  const Guard guard(mutex_);
  return users_.get(request.id);
}

Result<store::MaybeUser> MemoryStore::find_user_by_identity(const store::FindUserByIdentity& request,
                                                            const CallContext&) {
  const Guard guard(mutex_);
  return users_.find_by_identity(request);
}

Result<store::MaybeUser> MemoryStore::find_user_by_email(const store::FindUserByEmail& request,
                                                         const CallContext&) {
  const Guard guard(mutex_);
  return users_.find_by_email(request.email);
}

Result<store::UpdateUser::Reply> MemoryStore::update_user(const store::UpdateUser& request,
                                                          const CallContext&) {
  const Guard guard(mutex_);
  return users_.update(request);
}

Result<store::DeleteUser::Reply> MemoryStore::delete_user(const store::DeleteUser& request,
                                                          const CallContext&) {
  const Guard guard(mutex_);
  store::DeleteUser::Reply reply = users_.remove(request);
  if (std::holds_alternative<store::UserRow>(reply))
    sessions_.revoke_all_of(request.id, std::nullopt, request.now_ms);
  return reply;
}

Result<store::UserPage> MemoryStore::list_users(const store::ListUsers& request, const CallContext&) {
  const Guard guard(mutex_);
  return users_.list(request);
}

Result<store::LinkIdentity::Reply> MemoryStore::link_identity(const store::LinkIdentity& request,
                                                              const CallContext&) {
  const Guard guard(mutex_);
  return users_.link(request);
}

Result<store::CreateCredential::Reply> MemoryStore::create_credential(const store::CreateCredential& request,
                                                                      const CallContext&) {
  const Guard guard(mutex_);
  return credentials_.create(request);
}

Result<store::MaybeCredential> MemoryStore::find_credential(const store::FindCredential& request,
                                                            const CallContext&) {
  const Guard guard(mutex_);
  return credentials_.find(request);
}

Result<store::ReplaceSecret::Reply> MemoryStore::replace_secret(const store::ReplaceSecret& request,
                                                                const CallContext&) {
  const Guard guard(mutex_);
  return credentials_.replace_secret(request);
}

Result<store::SetCredentialDisabled::Reply> MemoryStore::set_credential_disabled(
    const store::SetCredentialDisabled& request, const CallContext&) {
  const Guard guard(mutex_);
  return credentials_.set_disabled(request);
}

Result<store::DeleteCredential::Reply> MemoryStore::delete_credential(const store::DeleteCredential& request,
                                                                      const CallContext&) {
  const Guard guard(mutex_);
  return credentials_.remove(request);
}

Result<store::OpenSession::Reply> MemoryStore::open_session(const store::OpenSession& request,
                                                            const CallContext&) {
  const Guard guard(mutex_);
  return sessions_.open(request, host_.wall_ms());
}

Result<store::RotateSession::Reply> MemoryStore::rotate_session(const store::RotateSession& request,
                                                                const CallContext&) {
  const Guard guard(mutex_);
  return sessions_.rotate(request);
}

Result<store::ResolvedSession> MemoryStore::resolve_session(const store::ResolveSession& request,
                                                            const CallContext&) {
  const Guard guard(mutex_);
  std::optional<store::Session> session = sessions_.get(request.id);
  if (!session) return store::ResolvedSession{};
  auto user = users_.session_user(session->user_id);
  return store::ResolvedSession{std::move(session), std::move(user)};
}

Result<store::RevokedCount> MemoryStore::revoke_sessions(const store::RevokeSessions& request,
                                                         const CallContext&) {
  const Guard guard(mutex_);
  auto revoked = sessions_.revoke(request);
  if (revoked && request.user_id) users_.note_sessions_ended(*request.user_id, request.now_ms);
  return revoked;
}

Result<Empty> MemoryStore::put_code(const store::PutCode& request, const CallContext&) {
  const Guard guard(mutex_);
  return codes_.put(request, host_.wall_ms());
}

Result<store::CodeOutcome> MemoryStore::consume_code(const store::ConsumeCode& request, const CallContext&) {
  const Guard guard(mutex_);
  return codes_.consume(request);
}

Result<store::KeyList> MemoryStore::list_keys(const store::ListKeys& request, const CallContext&) {
  const Guard guard(mutex_);
  return keys_.list(request.purpose);
}

Result<store::AddKey::Reply> MemoryStore::add_key(const store::AddKey& request, const CallContext&) {
  const Guard guard(mutex_);
  return keys_.add(request);
}

Result<store::ReplaceKeyMaterial::Reply> MemoryStore::replace_key_material(
    const store::ReplaceKeyMaterial& request, const CallContext&) {
  const Guard guard(mutex_);
  return {keys_.replace_material(request)};
}

Result<Empty> MemoryStore::append_audit(const store::AppendAudit& request, const CallContext&) {
  const Guard guard(mutex_);
  audit_.append(request);
  return Empty{};
}

Result<store::AuditPage> MemoryStore::list_audit(const store::ListAudit& request, const CallContext&) {
  const Guard guard(mutex_);
  return audit_.list(request);
}

Result<Empty> MemoryStore::put_record(const store::PutRecord& request, const CallContext&) {
  const Guard guard(mutex_);
  return records_.put(request, host_.wall_ms());
}

Result<store::MaybeRecord> MemoryStore::get_record(const store::GetRecord& request, const CallContext&) {
  const Guard guard(mutex_);
  return records_.get(request);
}

Result<Empty> MemoryStore::delete_record(const store::DeleteRecord& request, const CallContext&) {
  const Guard guard(mutex_);
  records_.remove(request);
  return Empty{};
}

Result<store::CreateApiKey::Reply> MemoryStore::create_api_key(const store::CreateApiKey& request,
                                                               const CallContext&) {
  const Guard guard(mutex_);
  return api_keys_.create(request, host_.wall_ms());
}

Result<store::MaybeApiKey> MemoryStore::find_api_key(const store::FindApiKey& request, const CallContext&) {
  const Guard guard(mutex_);
  return api_keys_.find(request.id);
}

Result<store::ApiKeyList> MemoryStore::list_api_keys(const store::ListApiKeys& request, const CallContext&) {
  const Guard guard(mutex_);
  return api_keys_.list(request);
}

Result<store::RevokeApiKey::Reply> MemoryStore::revoke_api_key(const store::RevokeApiKey& request,
                                                               const CallContext&) {
  const Guard guard(mutex_);
  return api_keys_.revoke(request);
}

Result<Empty> MemoryStore::note_api_key_uses(const store::NoteApiKeyUses& request, const CallContext&) {
  const Guard guard(mutex_);
  return api_keys_.note_uses(request);
}

Result<Empty> MemoryStore::probe(const store::ProbeStore&, const CallContext&) {
  return Empty{};
}

Result<store::Pruned> MemoryStore::prune(const store::Prune& request, const CallContext&) {
  if (request.limit < 1) return invalid("limit out of range");
  const auto limit = static_cast<std::size_t>(request.limit);
  const Guard guard(mutex_);
  std::size_t removed = sessions_.prune(request.now_ms, limit);
  removed += codes_.prune(request.now_ms, limit - removed);
  removed += records_.prune(request.now_ms, limit - removed);
  removed += api_keys_.prune(request.now_ms, limit - removed);
  return store::Pruned{static_cast<std::int64_t>(removed)};
}

}  // namespace gateway::memory
