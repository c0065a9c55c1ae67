// What a provider answers: an account, tokens, and every way of saying no.
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
  // token.verify, refresh.exchange: when whom it is about proved to be it; 0: not told. A token from before
  // the end of a user must not make another one, and one from before the end of the user's sessions opens
  // nothing.
  std::int64_t authenticated_at_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("account", self.account);
    f.optional("tokens", self.tokens);
    f.optional("claims", self.claims);
    f.optional("expires_at_ms", self.expires_at_ms);
    f.optional("authenticated_at_ms", self.authenticated_at_ms);
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

}  // namespace gateway
