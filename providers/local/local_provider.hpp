// LocalProvider: accounts with a password, kept with the gateway's own storage (the credentials group,
// through the host). Capabilities: password, account-admin.
//
// Thread safety: full; it keeps no state but its parameters and a dummy hash. Errors: what the storage
// answers, DeadlineExceeded before a hash that nobody would wait for, Malformed for a stored hash that is not
// acceptable. Wrong password, unknown account and the like are outcomes.
#pragma once

#include <string_view>

#include <gateway/config.hpp>
#include <gateway/provider.hpp>
#include <gateway/store/credentials.hpp>

#include "imported_hash.hpp"
#include "password_hash.hpp"

namespace gateway::local {

class LocalProvider final : public Provider, public PasswordCapability, public AccountAdminCapability {
 public:
  LocalProvider(const Host& host, const PluginConfig& config, ConfigFaults faults = {});

  Result<Done> start() override;

  Result<AuthenticationOutcome> sign_up(const SignUp& request, const CallContext& context) override;
  Result<AuthenticationOutcome> sign_in(const SignIn& request, const CallContext& context) override;
  Result<AuthenticationOutcome> change_password(const ChangePassword& request,
                                                const CallContext& context) override;

  Result<AuthenticationOutcome> get_account(const GetAccount& request, const CallContext& context) override;
  // Takes a password or a hash: Argon2id in the PHC format, or one exported from Firebase
  // (imported_hash.hpp).
  Result<AuthenticationOutcome> create_account(const CreateAccount& request,
                                               const CallContext& context) override;
  Result<AccountOutcome> set_account_disabled(const SetAccountDisabled& request,
                                              const CallContext& context) override;
  Result<AccountOutcome> delete_account(const DeleteAccount& request, const CallContext& context) override;
  Result<AccountOutcome> revoke_sessions(const RevokeSessions& request, const CallContext& context) override;

 private:
  using MaybeCredential = std::optional<store::Credential>;

  Result<MaybeCredential> find_by_login(const std::optional<std::string>& login, const CallContext& context);
  Result<MaybeCredential> find_by_subject(const std::string& subject, const CallContext& context);
  // A password as it was typed, and in the one form that is hashed here.
  struct Given {
    const Secret& typed;
    const Secret& normalised;
  };
  Result<bool> is_password_of(const MaybeCredential& credential, const Given& password,
                              const CallContext& context) const;
  Result<Secret> hash_for(const CreateAccount& request, const CallContext& context) const;
  Result<Secret> hash(const Secret& password, const CallContext& context) const;
  Result<store::ReplaceSecret::Reply> replace_secret(const store::Credential& credential, Secret secret_hash,
                                                     const CallContext& context);
  void rehash_if_outdated(const store::Credential& credential, const Secret& password,
                          const CallContext& context);

  const Host& host_;
  HashParameters parameters_;
  std::optional<ImportedHashes> imported_;  // where accounts from Firebase are expected
  Secret dummy_hash_;                       // of nobody's password, with today's parameters
};

}  // namespace gateway::local
