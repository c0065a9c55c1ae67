// The messages of identity providers. One struct per operation; its Reply says every outcome there can be.
//
// "Wrong password" is an outcome (Rejected), not an Error: an Error means the provider could not decide.
// Times are Unix milliseconds. Emails are as the person wrote them; providers compare them
// case-insensitively.
#pragma once

#include <string>

#include <gateway/account_messages.hpp>
#include <gateway/provider_outcomes.hpp>

namespace gateway {

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
