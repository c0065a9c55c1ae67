#include "core/plugin/scoped_store.hpp"

namespace gateway::plugin {

gateway_status ScopedStore::dispatch(const gateway_call& call, gateway_sink* reply) {
  ScopedStore& s = *this;
  return Dispatch(call, reply)
      .to(s, &ScopedStore::create_credential)
      .to(s, &ScopedStore::find_credential)
      .to(s, &ScopedStore::replace_secret)
      .to(s, &ScopedStore::set_credential_disabled)
      .to(s, &ScopedStore::delete_credential)
      .to(s, &ScopedStore::put_code)
      .to(s, &ScopedStore::consume_code)
      .to(s, &ScopedStore::put_record)
      .to(s, &ScopedStore::get_record)
      .to(s, &ScopedStore::delete_record)
      .finish();
}

Result<store::CreateCredential::Reply> ScopedStore::create_credential(const store::CreateCredential& request,
                                                                      const CallContext& context) {
  store::CreateCredential scoped = request;
  scoped.credential.provider = scope_;
  return target_.create_credential(scoped, context);
}

Result<store::MaybeCredential> ScopedStore::find_credential(const store::FindCredential& request,
                                                            const CallContext& context) {
  store::FindCredential scoped = request;
  scoped.provider = scope_;
  return target_.find_credential(scoped, context);
}

Result<store::ReplaceSecret::Reply> ScopedStore::replace_secret(const store::ReplaceSecret& request,
                                                                const CallContext& context) {
  store::ReplaceSecret scoped = request;
  scoped.provider = scope_;
  return target_.replace_secret(scoped, context);
}

Result<store::SetCredentialDisabled::Reply> ScopedStore::set_credential_disabled(
    const store::SetCredentialDisabled& request, const CallContext& context) {
  store::SetCredentialDisabled scoped = request;
  scoped.provider = scope_;
  return target_.set_credential_disabled(scoped, context);
}

Result<store::DeleteCredential::Reply> ScopedStore::delete_credential(const store::DeleteCredential& request,
                                                                      const CallContext& context) {
  store::DeleteCredential scoped = request;
  scoped.provider = scope_;
  return target_.delete_credential(scoped, context);
}

Result<Empty> ScopedStore::put_code(const store::PutCode& request, const CallContext& context) {
  store::PutCode scoped = request;
  scoped.scope = scope_;
  return target_.put_code(scoped, context);
}

Result<store::CodeOutcome> ScopedStore::consume_code(const store::ConsumeCode& request,
                                                     const CallContext& context) {
  store::ConsumeCode scoped = request;
  scoped.scope = scope_;
  return target_.consume_code(scoped, context);
}

Result<Empty> ScopedStore::put_record(const store::PutRecord& request, const CallContext& context) {
  store::PutRecord scoped = request;
  scoped.scope = scope_;
  return target_.put_record(scoped, context);
}

Result<store::MaybeRecord> ScopedStore::get_record(const store::GetRecord& request,
                                                   const CallContext& context) {
  store::GetRecord scoped = request;
  scoped.scope = scope_;
  return target_.get_record(scoped, context);
}

Result<Empty> ScopedStore::delete_record(const store::DeleteRecord& request, const CallContext& context) {
  store::DeleteRecord scoped = request;
  scoped.scope = scope_;
  return target_.delete_record(scoped, context);
}

}  // namespace gateway::plugin
