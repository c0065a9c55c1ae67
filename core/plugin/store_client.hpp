// StoreClient: the store contract as the core calls it: each operation goes to the storage plugin as one
// message. Thread safety: all members from any thread. Ownership: refers to the plugin instance.
#pragma once

#include <gateway/store.hpp>

#include "core/plugin/plugin_instance.hpp"

namespace gateway::plugin {

class StoreClient final : public Store {
 public:
  explicit StoreClient(PluginInstance& instance) : instance_(instance) {}

  Result<store::CreateUser::Reply> create_user(const store::CreateUser&, const CallContext&) override;
  Result<store::MaybeUser> get_user(const store::GetUser&, const CallContext&) override;
  Result<store::MaybeUser> find_user_by_identity(const store::FindUserByIdentity&,
                                                 const CallContext&) override;
  Result<store::MaybeUser> find_user_by_email(const store::FindUserByEmail&, const CallContext&) override;
  Result<store::UpdateUser::Reply> update_user(const store::UpdateUser&, const CallContext&) override;
  Result<store::DeleteUser::Reply> delete_user(const store::DeleteUser&, const CallContext&) override;
  Result<store::UserPage> list_users(const store::ListUsers&, const CallContext&) override;
  Result<store::LinkIdentity::Reply> link_identity(const store::LinkIdentity&, const CallContext&) override;
  Result<store::CreateCredential::Reply> create_credential(const store::CreateCredential&,
                                                           const CallContext&) override;
  Result<store::MaybeCredential> find_credential(const store::FindCredential&, const CallContext&) override;
  Result<store::ReplaceSecret::Reply> replace_secret(const store::ReplaceSecret&,
                                                     const CallContext&) override;
  Result<store::SetCredentialDisabled::Reply> set_credential_disabled(const store::SetCredentialDisabled&,
                                                                      const CallContext&) override;
  Result<store::DeleteCredential::Reply> delete_credential(const store::DeleteCredential&,
                                                           const CallContext&) override;
  Result<store::OpenSession::Reply> open_session(const store::OpenSession&, const CallContext&) override;
  Result<store::RotateSession::Reply> rotate_session(const store::RotateSession&,
                                                     const CallContext&) override;
  Result<store::ResolvedSession> resolve_session(const store::ResolveSession&, const CallContext&) override;
  Result<store::RevokedCount> revoke_sessions(const store::RevokeSessions&, const CallContext&) override;
  Result<Empty> put_code(const store::PutCode&, const CallContext&) override;
  Result<store::CodeOutcome> consume_code(const store::ConsumeCode&, const CallContext&) override;
  Result<store::KeyList> list_keys(const store::ListKeys&, const CallContext&) override;
  Result<store::AddKey::Reply> add_key(const store::AddKey&, const CallContext&) override;
  Result<store::ReplaceKeyMaterial::Reply> replace_key_material(const store::ReplaceKeyMaterial&,
                                                                const CallContext&) override;
  Result<Empty> append_audit(const store::AppendAudit&, const CallContext&) override;
  Result<store::AuditPage> list_audit(const store::ListAudit&, const CallContext&) override;
  Result<Empty> put_record(const store::PutRecord&, const CallContext&) override;
  Result<store::MaybeRecord> get_record(const store::GetRecord&, const CallContext&) override;
  Result<Empty> delete_record(const store::DeleteRecord&, const CallContext&) override;
  Result<store::CreateApiKey::Reply> create_api_key(const store::CreateApiKey&, const CallContext&) override;
  Result<store::MaybeApiKey> find_api_key(const store::FindApiKey&, const CallContext&) override;
  Result<store::ApiKeyList> list_api_keys(const store::ListApiKeys&, const CallContext&) override;
  Result<store::RevokeApiKey::Reply> revoke_api_key(const store::RevokeApiKey&, const CallContext&) override;
  Result<Empty> note_api_key_uses(const store::NoteApiKeyUses&, const CallContext&) override;
  Result<Empty> probe(const store::ProbeStore&, const CallContext&) override;
  Result<store::Pruned> prune(const store::Prune&, const CallContext&) override;
  Result<store::SchemaState> migrate(const store::MigrateStore&, const CallContext&) override;
  Result<store::Revocations> wait_revocations(const store::WaitRevocations&, const CallContext&) override;

 private:
  PluginInstance& instance_;
};

}  // namespace gateway::plugin
