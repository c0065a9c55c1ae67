// FirebaseProvider: accounts of a Firebase project. The operations are in password.cpp, tokens.cpp,
// codes.cpp, phone_and_social.cpp and accounts.cpp, by capability; what they mean to Google is in README.md.
//
// Thread safety: full. Ownership: owns everything it talks through; the host outlives it. Errors:
// Unavailable, Overloaded and DeadlineExceeded of http.fetch and of Google, Malformed for answers that are
// not Google's. Every call ends at context.deadline_ms, apart from a fetch of signing keys, which has a bound
// of its own and is begun only when there is time for it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <set>

#include <gateway/config.hpp>
#include <gateway/provider.hpp>

#include "access_token_source.hpp"
#include "firebase_config.hpp"
#include "identity_toolkit.hpp"
#include "signing_keys.hpp"
#include "token_verifier.hpp"

namespace gateway::firebase {

class FirebaseProvider final : public Provider,
                               public PasswordCapability,
                               public TokenCapability,
                               public RefreshCapability,
                               public OutOfBandCapability,
                               public PhoneCapability,
                               public SocialCapability,
                               public AccountAdminCapability {
 public:
  FirebaseProvider(const Host& host, const PluginConfig& config);

  Result<Done> start() override;
  Result<Empty> probe(const ProbeHealth& request, const CallContext& context) override;

  Result<AuthenticationOutcome> sign_up(const SignUp& request, const CallContext& context) override;
  Result<AuthenticationOutcome> sign_in(const SignIn& request, const CallContext& context) override;
  Result<AuthenticationOutcome> change_password(const ChangePassword& request,
                                                const CallContext& context) override;

  Result<AuthenticationOutcome> verify_token(const VerifyToken& request, const CallContext& context) override;
  Result<AuthenticationOutcome> refresh_tokens(const RefreshTokens& request,
                                               const CallContext& context) override;

  Result<AccountOutcome> send_code(const SendCode& request, const CallContext& context) override;
  Result<AccountOutcome> apply_code(const ApplyCode& request, const CallContext& context) override;

  Result<AuthenticationOutcome> sign_in_by_phone(const SignInByPhone& request,
                                                 const CallContext& context) override;
  Result<AuthenticationOutcome> sign_in_with_social_token(const SignInWithSocialToken& request,
                                                          const CallContext& context) override;

  Result<AuthenticationOutcome> get_account(const GetAccount& request, const CallContext& context) override;
  Result<AccountOutcome> set_account_disabled(const SetAccountDisabled& request,
                                              const CallContext& context) override;
  Result<AccountOutcome> delete_account(const DeleteAccount& request, const CallContext& context) override;
  Result<AccountOutcome> revoke_sessions(const RevokeSessions& request, const CallContext& context) override;
  Result<AuthenticationOutcome> create_account(const CreateAccount& request,
                                               const CallContext& context) override;
  Result<AccountOutcome> update_account(const UpdateAccount& request, const CallContext& context) override;
  Result<AccountPage> list_accounts(const ListAccounts& request, const CallContext& context) override;

 private:
  class PasswordChange;

  explicit FirebaseProvider(const Host& host, FirebaseConfig config);

  Result<Done> contact_google(const CallContext& context);

  // The account that tokens of Google's own making are about, the tokens with it. `proof`: now, which a token
  // knows to the second only and is not told, or at some time before, which the token says.
  enum class Proof { Now, Earlier };
  Result<AuthenticationOutcome> authenticated(ProviderTokens tokens, const std::string& subject, Proof proof,
                                              const CallContext& context);
  Answer<ToolkitReply> check_password(const std::string& email, const Secret& password,
                                      const CallContext& context) const;
  Result<AuthenticationOutcome> change_checked(const ToolkitUser& user, const ChangePassword& request,
                                               const CallContext& context);

  Result<AccountOutcome> send_verification(const std::string& email, const CallContext& context);
  Result<AccountOutcome> reset_password(const ApplyCode& request, const CallContext& context);

  Result<Secret> custom_token(const std::string& subject) const;
  Answer<ToolkitReply> exchange_custom_token(const Secret& token, const std::string& subject,
                                             const CallContext& context) const;
  Answer<ToolkitUser> find_or_create_by_phone(const std::string& phone_number, const CallContext& context);

  Result<AccountOutcome> change_account(const ToolkitRequest& request, const CallContext& context);

  const Host& host_;
  const FirebaseConfig config_;
  const GoogleHttp http_;
  const std::unique_ptr<AdminCredential> credential_;
  const IdentityToolkit toolkit_;
  SigningKeys token_keys_;
  SigningKeys session_cookie_keys_;
  const std::unique_ptr<TokenVerifier> verifier_;

  std::atomic<std::int64_t> contacted_at_ms_;
  std::atomic<std::uint64_t> faults_at_contact_{0};
  std::atomic<std::int64_t> key_checked_at_ms_;

  std::mutex changing_mutex_;
  std::set<std::string, std::less<>> changing_;  // subjects whose password is being changed here
};

// What Google knows about an account, in the gateway's words.
ProviderAccount account_of(const ToolkitUser& user);

// Google's tokens of an answer; nullopt where it has none.
std::optional<ProviderTokens> tokens_of(ToolkitReply& reply);
std::optional<ProviderTokens> tokens_of(Secret id_token, Secret refresh_token, std::string_view expires_in);

}  // namespace gateway::firebase
