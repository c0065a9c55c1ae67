#include "core/plugin/store_client.hpp"

namespace gateway::plugin {

namespace s = store;

Result<s::CreateUser::Reply> StoreClient::create_user(const s::CreateUser& request,
                                                      const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::MaybeUser> StoreClient::get_user(const s::GetUser& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::MaybeUser> StoreClient::find_user_by_identity(const s::FindUserByIdentity& request,
                                                        const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::MaybeUser> StoreClient::find_user_by_email(const s::FindUserByEmail& request,
                                                     const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::UpdateUser::Reply> StoreClient::update_user(const s::UpdateUser& request,
                                                      const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::DeleteUser::Reply> StoreClient::delete_user(const s::DeleteUser& request,
                                                      const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::UserPage> StoreClient::list_users(const s::ListUsers& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::LinkIdentity::Reply> StoreClient::link_identity(const s::LinkIdentity& request,
                                                          const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::CreateCredential::Reply> StoreClient::create_credential(const s::CreateCredential& request,
                                                                  const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::MaybeCredential> StoreClient::find_credential(const s::FindCredential& request,
                                                        const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::ReplaceSecret::Reply> StoreClient::replace_secret(const s::ReplaceSecret& request,
                                                            const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::SetCredentialDisabled::Reply> StoreClient::set_credential_disabled(
    const s::SetCredentialDisabled& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::DeleteCredential::Reply> StoreClient::delete_credential(const s::DeleteCredential& request,
                                                                  const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::OpenSession::Reply> StoreClient::open_session(const s::OpenSession& request,
                                                        const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::RotateSession::Reply> StoreClient::rotate_session(const s::RotateSession& request,
                                                            const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::ResolvedSession> StoreClient::resolve_session(const s::ResolveSession& request,
                                                        const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::RevokedCount> StoreClient::revoke_sessions(const s::RevokeSessions& request,
                                                     const CallContext& context) {
  return instance_.call(request, context);
}

Result<Empty> StoreClient::put_code(const s::PutCode& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::CodeOutcome> StoreClient::consume_code(const s::ConsumeCode& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::KeyList> StoreClient::list_keys(const s::ListKeys& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::AddKey::Reply> StoreClient::add_key(const s::AddKey& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::ReplaceKeyMaterial::Reply> StoreClient::replace_key_material(const s::ReplaceKeyMaterial& request,
                                                                       const CallContext& context) {
  return instance_.call(request, context);
}

Result<Empty> StoreClient::append_audit(const s::AppendAudit& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::AuditPage> StoreClient::list_audit(const s::ListAudit& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<Empty> StoreClient::put_record(const s::PutRecord& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::MaybeRecord> StoreClient::get_record(const s::GetRecord& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<Empty> StoreClient::delete_record(const s::DeleteRecord& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::CreateApiKey::Reply> StoreClient::create_api_key(const s::CreateApiKey& request,
                                                           const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::MaybeApiKey> StoreClient::find_api_key(const s::FindApiKey& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::ApiKeyList> StoreClient::list_api_keys(const s::ListApiKeys& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::RevokeApiKey::Reply> StoreClient::revoke_api_key(const s::RevokeApiKey& request,
                                                           const CallContext& context) {
  return instance_.call(request, context);
}

Result<Empty> StoreClient::note_api_key_uses(const s::NoteApiKeyUses& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<Empty> StoreClient::probe(const s::ProbeStore& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::Pruned> StoreClient::prune(const s::Prune& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::SchemaState> StoreClient::migrate(const s::MigrateStore& request, const CallContext& context) {
  return instance_.call(request, context);
}

Result<s::Revocations> StoreClient::wait_revocations(const s::WaitRevocations& request,
                                                     const CallContext& context) {
  return instance_.call(request, context);
}

}  // namespace gateway::plugin
