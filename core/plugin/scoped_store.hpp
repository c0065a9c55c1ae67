// ScopedStore: the part of the storage a plugin may use, confined to the plugin's own scope: whatever scope
// or provider a message names is replaced by the plugin's instance id. Thread safety: as the store behind it.
// Ownership: refers to the store.
#pragma once

#include <string>

#include <gateway/store.hpp>

namespace gateway::plugin {

class ScopedStore final : public store::Credentials, public store::Codes, public store::Records {
 public:
  ScopedStore(Store& target, std::string scope) : target_(target), scope_(std::move(scope)) {}

  gateway_status dispatch(const gateway_call& call, gateway_sink* reply);

  Result<store::CreateCredential::Reply> create_credential(const store::CreateCredential&,
                                                           const CallContext&) override;
  Result<store::MaybeCredential> find_credential(const store::FindCredential&, const CallContext&) override;
  Result<store::ReplaceSecret::Reply> replace_secret(const store::ReplaceSecret&,
                                                     const CallContext&) override;
  Result<store::SetCredentialDisabled::Reply> set_credential_disabled(const store::SetCredentialDisabled&,
                                                                      const CallContext&) override;
  Result<store::DeleteCredential::Reply> delete_credential(const store::DeleteCredential&,
                                                           const CallContext&) override;
  Result<Empty> put_code(const store::PutCode&, const CallContext&) override;
  Result<store::CodeOutcome> consume_code(const store::ConsumeCode&, const CallContext&) override;
  Result<Empty> put_record(const store::PutRecord&, const CallContext&) override;
  Result<store::MaybeRecord> get_record(const store::GetRecord&, const CallContext&) override;
  Result<Empty> delete_record(const store::DeleteRecord&, const CallContext&) override;

 private:
  Store& target_;
  std::string scope_;
};

}  // namespace gateway::plugin
