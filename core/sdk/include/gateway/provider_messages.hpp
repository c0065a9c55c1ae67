// The messages of identity providers. One struct per operation; its Reply says every outcome there can be.
//
// "Wrong password" is an outcome (Rejected), not an Error: an Error means the provider could not decide.
// Times are Unix milliseconds. Emails are as the person wrote them; providers compare them
// case-insensitively.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include <gateway/message.hpp>

namespace gateway {

// Why a provider says no. The core maps each to one error code of the HTTP contract.
enum class RejectReason {
  WrongCredentials,  // unknown account and wrong password alike
  AccountDisabled,
  AccountExists,
  WeakPassword,
  InvalidEmail,
  InvalidPhoneNumber,
  InvalidToken,
  TokenExpired,
  TokenRevoked,
  InvalidCode,
  CodeExpired,
  TooManyAttempts,
  SecondFactorRequired,
  OperationNotAllowed,
};
constexpr auto enum_names(RejectReason) {
  using R = RejectReason;
  return std::array<EnumName<R>, 14>{{{R::WrongCredentials, "wrong_credentials"},
                                      {R::AccountDisabled, "account_disabled"},
                                      {R::AccountExists, "account_exists"},
                                      {R::WeakPassword, "weak_password"},
                                      {R::InvalidEmail, "invalid_email"},
                                      {R::InvalidPhoneNumber, "invalid_phone_number"},
                                      {R::InvalidToken, "invalid_token"},
                                      {R::TokenExpired, "token_expired"},
                                      {R::TokenRevoked, "token_revoked"},
                                      {R::InvalidCode, "invalid_code"},
                                      {R::CodeExpired, "code_expired"},
                                      {R::TooManyAttempts, "too_many_attempts"},
                                      {R::SecondFactorRequired, "second_factor_required"},
                                      {R::OperationNotAllowed, "operation_not_allowed"}}};
}

// Tokens the provider itself issued; absent where the gateway issues them.
struct ProviderTokens {
  Secret id_token;
  Secret refresh_token;
  std::int64_t expires_in_s = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id_token", self.id_token);
    f.required("refresh_token", self.refresh_token);
    f.required("expires_in_s", self.expires_in_s);
  }
};

// An account as the provider knows it. (provider, subject) is the key; the email is only a property.
struct ProviderAccount {
  std::string subject;
  std::optional<std::string> email;
  bool email_verified = false;
  std::optional<std::string> full_name;
  std::optional<std::string> phone_number;  // E.164
  bool phone_verified = false;
  std::optional<std::string> profile_image_url;
  bool disabled = false;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("subject", self.subject);
    f.optional("email", self.email);
    f.optional("email_verified", self.email_verified);
    f.optional("full_name", self.full_name);
    f.optional("phone_number", self.phone_number);
    f.optional("phone_verified", self.phone_verified);
    f.optional("profile_image_url", self.profile_image_url);
    f.optional("disabled", self.disabled);
  }
};

struct Authenticated {
  static constexpr std::string_view kTag = "authenticated";
  ProviderAccount account;
  std::optional<ProviderTokens> tokens;
  JsonText claims;                 // what a token said, verified
  std::int64_t expires_at_ms = 0;  // token.verify: when the token ends
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("account", self.account);
    f.optional("tokens", self.tokens);
    f.optional("claims", self.claims);
    f.optional("expires_at_ms", self.expires_at_ms);
  }
};

struct Rejected {
  static constexpr std::string_view kTag = "rejected";
  RejectReason reason = RejectReason::WrongCredentials;
  std::string detail;  // for the operator's log
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("reason", self.reason);
    f.optional("detail", self.detail);
  }
};

// This provider has nothing to say about it: another one may be asked.
struct NotApplicable {
  static constexpr std::string_view kTag = "not_applicable";
  template <class Self, class Fields>
  static void fields(Self&, Fields&) {}
};

struct Accepted {
  static constexpr std::string_view kTag = "accepted";
  std::optional<std::string> subject;  // whose account it was about, where the provider tells
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("subject", self.subject);
  }
};

using AuthenticationOutcome = std::variant<Rejected, Authenticated, NotApplicable>;
using AccountOutcome = std::variant<Rejected, Accepted, NotApplicable>;

// --- password
// -------------------------------------------------------------------------------------------------------

struct SignUp {
  static constexpr std::string_view kOperation = "password.sign_up";
  using Reply = AuthenticationOutcome;  // AccountExists where the email is taken
  std::string email;
  Secret password;
  std::optional<std::string> full_name;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("email", self.email);
    f.required("password", self.password);
    f.optional("full_name", self.full_name);
  }
};

// Must cost the same for an unknown email as for a wrong password, and answers the same. AccountDisabled only
// when the password was right.
struct SignIn {
  static constexpr std::string_view kOperation = "password.sign_in";
  using Reply = AuthenticationOutcome;
  std::string email;
  Secret password;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("email", self.email);
    f.required("password", self.password);
  }
};

// Rejected{WrongCredentials} for an unknown subject as well. Of concurrent changes one succeeds.
struct ChangePassword {
  static constexpr std::string_view kOperation = "password.change";
  using Reply = AuthenticationOutcome;
  std::string subject;
  Secret current_password;
  Secret new_password;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("subject", self.subject);
    f.required("current_password", self.current_password);
    f.required("new_password", self.new_password);
  }
};

// --- token
// ----------------------------------------------------------------------------------------------------------

// NotApplicable when the token is not one of this provider's; Rejected when it is and is bad.
struct VerifyToken {
  static constexpr std::string_view kOperation = "token.verify";
  using Reply = AuthenticationOutcome;
  Secret token;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("token", self.token);
  }
};

// --- refresh
// --------------------------------------------------------------------------------------------------------

struct RefreshTokens {
  static constexpr std::string_view kOperation = "refresh.exchange";
  using Reply = AuthenticationOutcome;
  Secret refresh_token;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("refresh_token", self.refresh_token);
  }
};

// --- out-of-band: mails with a code
// ---------------------------------------------------------------------------------

enum class OutOfBandPurpose { ResetPassword, VerifyEmail };
constexpr auto enum_names(OutOfBandPurpose) {
  return std::array<EnumName<OutOfBandPurpose>, 2>{
      {{OutOfBandPurpose::ResetPassword, "reset_password"}, {OutOfBandPurpose::VerifyEmail, "verify_email"}}};
}

// Accepted whether or not the account exists, with the same timing.
struct SendCode {
  static constexpr std::string_view kOperation = "out_of_band.send";
  using Reply = AccountOutcome;
  OutOfBandPurpose purpose = OutOfBandPurpose::ResetPassword;
  std::string email;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("purpose", self.purpose);
    f.required("email", self.email);
  }
};

struct ApplyCode {
  static constexpr std::string_view kOperation = "out_of_band.apply";
  using Reply = AccountOutcome;
  OutOfBandPurpose purpose = OutOfBandPurpose::ResetPassword;
  Secret code;
  std::optional<Secret> new_password;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("purpose", self.purpose);
    f.required("code", self.code);
    f.optional("new_password", self.new_password);
  }
};

// --- phone
// ----------------------------------------------------------------------------------------------------------

// The gateway has proven that the caller holds this number (it sent the code and saw it again).
// Authenticated: the account of that number, made where there was none, with its tokens where the provider
// issues them.
struct SignInByPhone {
  static constexpr std::string_view kOperation = "phone.sign_in";
  using Reply = AuthenticationOutcome;
  std::string phone_number;  // E.164
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("phone_number", self.phone_number);
  }
};

// --- social: a token of another identity service, exchanged for an account here
// ----------------------------------------------------------------------------------------------------------

// Rejected{AccountExists}: the email belongs to an account that was not signed in to in this way before, and
// the provider does not link the two by itself.
struct SignInWithSocialToken {
  static constexpr std::string_view kOperation = "social.sign_in";
  using Reply = AuthenticationOutcome;
  std::string service;  // who issued the token: "google.com", "apple.com", …
  Secret id_token;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("service", self.service);
    f.required("id_token", self.id_token);
  }
};

// --- account-admin
// --------------------------------------------------------------------------------------------------

struct GetAccount {
  static constexpr std::string_view kOperation = "account.get";
  using Reply = AuthenticationOutcome;  // Rejected{WrongCredentials}: no such account
  std::string subject;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("subject", self.subject);
  }
};

// Rejected{WrongCredentials}: no such account.
struct SetAccountDisabled {
  static constexpr std::string_view kOperation = "account.set_disabled";
  using Reply = AccountOutcome;
  std::string subject;
  bool disabled = true;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("subject", self.subject);
    f.required("disabled", self.disabled);
  }
};

// Deleting what is not there is Accepted: a compensation may be repeated. The email is free afterwards; the
// subject is never given out again.
struct DeleteAccount {
  static constexpr std::string_view kOperation = "account.delete";
  using Reply = AccountOutcome;
  std::string subject;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("subject", self.subject);
  }
};

// Ends every session that the provider itself keeps.
struct RevokeSessions {
  static constexpr std::string_view kOperation = "account.revoke_sessions";
  using Reply = AccountOutcome;
  std::string subject;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("subject", self.subject);
  }
};

// AccountExists where the email, the phone number or the subject is taken.
struct CreateAccount {
  static constexpr std::string_view kOperation = "account.create";
  using Reply = AuthenticationOutcome;  // without tokens
  std::optional<std::string> subject;   // the provider draws one where it is left out
  std::optional<std::string> email;
  bool email_verified = false;
  std::optional<Secret> password;
  std::optional<std::string> full_name;
  std::optional<std::string> phone_number;  // E.164
  bool disabled = false;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("subject", self.subject);
    f.optional("email", self.email);
    f.optional("email_verified", self.email_verified);
    f.optional("password", self.password);
    f.optional("full_name", self.full_name);
    f.optional("phone_number", self.phone_number);
    f.optional("disabled", self.disabled);
  }
};

// Changes what is present. Rejected{WrongCredentials}: no such account.
struct UpdateAccount {
  static constexpr std::string_view kOperation = "account.update";
  using Reply = AccountOutcome;
  std::string subject;
  std::optional<std::string> email;
  std::optional<bool> email_verified;
  std::optional<Secret> password;
  std::optional<std::string> full_name;     // empty: removed
  std::optional<std::string> phone_number;  // empty: removed
  std::optional<JsonText> claims;           // replaces what the provider adds to this account's tokens
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("subject", self.subject);
    f.optional("email", self.email);
    f.optional("email_verified", self.email_verified);
    f.optional("password", self.password);
    f.optional("full_name", self.full_name);
    f.optional("phone_number", self.phone_number);
    f.optional("claims", self.claims);
  }
};

struct AccountPage {
  std::vector<ProviderAccount> accounts;
  std::string next;  // where to go on; empty: this was the last page
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("accounts", self.accounts);
    f.optional("next", self.next);
  }
};

// Every account, a page at a time, in an order of the provider's own.
struct ListAccounts {
  static constexpr std::string_view kOperation = "account.list";
  using Reply = AccountPage;
  std::string after;  // `next` of the page before; empty: from the beginning
  std::int64_t limit = 100;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("after", self.after);
    f.optional("limit", self.limit);
  }
};

// --- every provider
// -------------------------------------------------------------------------------------------------

// Asked by a background probe, never on the way of a request.
struct ProbeHealth {
  static constexpr std::string_view kOperation = "health.probe";
  using Reply = Empty;
  template <class Self, class Fields>
  static void fields(Self&, Fields&) {}
};

}  // namespace gateway
