// What an identity provider derives from: Provider, and one small interface for each capability it has.
//
//   class MyProvider : public gateway::Provider, public gateway::PasswordCapability { … };
//   GATEWAY_PLUGIN(MyProvider, …)                                    // plugin.hpp
//
// Every operation may be called from several worker threads at once and may block until context.deadline_ms.
// Return an Error only for "could not decide"; a thrown exception is turned into one.
#pragma once

#include <string>
#include <type_traits>
#include <vector>

#include <gateway/call.hpp>
#include <gateway/host.hpp>
#include <gateway/provider_messages.hpp>

namespace gateway {

class Provider {
 public:
  Provider() = default;
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;
  virtual ~Provider() = default;

  // Opens what needs I/O, after the constructor has accepted the configuration. Not called concurrently.
  virtual Result<Done> start() { return Done{}; }
  virtual void stop() noexcept {}
  // Contacts what the provider depends on. An Error makes the gateway's health "degraded".
  virtual Result<Empty> probe(const ProbeHealth&, const CallContext&) { return Empty{}; }
};

class PasswordCapability {
 public:
  virtual ~PasswordCapability() = default;
  virtual Result<AuthenticationOutcome> sign_up(const SignUp&, const CallContext&) = 0;
  virtual Result<AuthenticationOutcome> sign_in(const SignIn&, const CallContext&) = 0;
  virtual Result<AuthenticationOutcome> change_password(const ChangePassword&, const CallContext&) = 0;
};

class TokenCapability {
 public:
  virtual ~TokenCapability() = default;
  virtual Result<AuthenticationOutcome> verify_token(const VerifyToken&, const CallContext&) = 0;
};

class RefreshCapability {
 public:
  virtual ~RefreshCapability() = default;
  virtual Result<AuthenticationOutcome> refresh_tokens(const RefreshTokens&, const CallContext&) = 0;
};

class OutOfBandCapability {
 public:
  virtual ~OutOfBandCapability() = default;
  virtual Result<AccountOutcome> send_code(const SendCode&, const CallContext&) = 0;
  virtual Result<AccountOutcome> apply_code(const ApplyCode&, const CallContext&) = 0;
};

class PhoneCapability {
 public:
  virtual ~PhoneCapability() = default;
  virtual Result<AuthenticationOutcome> sign_in_by_phone(const SignInByPhone&, const CallContext&) = 0;
};

class SocialCapability {
 public:
  virtual ~SocialCapability() = default;
  virtual Result<AuthenticationOutcome> sign_in_with_social_token(const SignInWithSocialToken&,
                                                                  const CallContext&) = 0;
};

class AccountAdminCapability {
 public:
  virtual ~AccountAdminCapability() = default;
  virtual Result<AuthenticationOutcome> get_account(const GetAccount&, const CallContext&) = 0;
  virtual Result<AccountOutcome> set_account_disabled(const SetAccountDisabled&, const CallContext&) = 0;
  virtual Result<AccountOutcome> delete_account(const DeleteAccount&, const CallContext&) = 0;
  virtual Result<AccountOutcome> revoke_sessions(const RevokeSessions&, const CallContext&) = 0;

  // A provider may leave these out.
  virtual Result<AuthenticationOutcome> create_account(const CreateAccount&, const CallContext&) {
    return Error{ErrorKind::Unsupported, "accounts are not made here"};
  }
  virtual Result<AccountOutcome> update_account(const UpdateAccount&, const CallContext&) {
    return Error{ErrorKind::Unsupported, "accounts are not changed here"};
  }
  virtual Result<AccountPage> list_accounts(const ListAccounts&, const CallContext&) {
    return Error{ErrorKind::Unsupported, "accounts are not listed"};
  }
};

// Routes one call to the capability that T has for it. Unsupported where it has none.
template <class T>
gateway_status dispatch_provider(T& provider, const gateway_call& call, gateway_sink* sink) {
  Dispatch dispatch(call, sink);
  dispatch.to(provider, &Provider::probe);
  if constexpr (std::is_base_of_v<PasswordCapability, T>) {
    dispatch.to(provider, &PasswordCapability::sign_up)
        .to(provider, &PasswordCapability::sign_in)
        .to(provider, &PasswordCapability::change_password);
  }
  if constexpr (std::is_base_of_v<TokenCapability, T>) dispatch.to(provider, &TokenCapability::verify_token);
  if constexpr (std::is_base_of_v<RefreshCapability, T>)
    dispatch.to(provider, &RefreshCapability::refresh_tokens);
  if constexpr (std::is_base_of_v<OutOfBandCapability, T>) {
    dispatch.to(provider, &OutOfBandCapability::send_code).to(provider, &OutOfBandCapability::apply_code);
  }
  if constexpr (std::is_base_of_v<PhoneCapability, T>) {
    dispatch.to(provider, &PhoneCapability::sign_in_by_phone);
  }
  if constexpr (std::is_base_of_v<SocialCapability, T>) {
    dispatch.to(provider, &SocialCapability::sign_in_with_social_token);
  }
  if constexpr (std::is_base_of_v<AccountAdminCapability, T>) {
    dispatch.to(provider, &AccountAdminCapability::get_account)
        .to(provider, &AccountAdminCapability::set_account_disabled)
        .to(provider, &AccountAdminCapability::delete_account)
        .to(provider, &AccountAdminCapability::revoke_sessions)
        .to(provider, &AccountAdminCapability::create_account)
        .to(provider, &AccountAdminCapability::update_account)
        .to(provider, &AccountAdminCapability::list_accounts);
  }
  return dispatch.finish();
}

// The capability names as the manifest lists them.
template <class T>
std::vector<std::string> capabilities_of() {
  std::vector<std::string> names;
  if constexpr (std::is_base_of_v<PasswordCapability, T>) names.emplace_back("password");
  if constexpr (std::is_base_of_v<TokenCapability, T>) names.emplace_back("token");
  if constexpr (std::is_base_of_v<RefreshCapability, T>) names.emplace_back("refresh");
  if constexpr (std::is_base_of_v<OutOfBandCapability, T>) names.emplace_back("out-of-band");
  if constexpr (std::is_base_of_v<PhoneCapability, T>) names.emplace_back("phone");
  if constexpr (std::is_base_of_v<SocialCapability, T>) names.emplace_back("social");
  if constexpr (std::is_base_of_v<AccountAdminCapability, T>) names.emplace_back("account-admin");
  return names;
}

}  // namespace gateway
