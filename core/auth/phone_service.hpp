// PhoneService: sign-in with a phone number. The gateway sends a code and checks it; whose account the number
// is, a provider says (capability `phone`).
//
// Sending costs and answers the same for every number: no account is looked up before the number is proven.
// Thread safety: all members from any thread; they block on storage, the provider and the sender of messages:
// worker only.
#pragma once

#include <string>

#include "core/auth/attempt_throttle.hpp"
#include "core/auth/one_time_passwords.hpp"
#include "core/auth/sign_in_completion.hpp"
#include "core/auth/sms_sender.hpp"

namespace gateway::auth {

class PhoneService {
 public:
  PhoneService(const ProviderDirectory& providers, SignInCompletion& completion, OneTimePasswords codes,
               SmsSender sender, AttemptThrottle& attempts, AuditLog& audit, const runtime::Clock& clock,
               runtime::Logger& logger, const UserOptions& users);

  // A provider that has phones, and something that sends messages.
  bool supported() const noexcept;

  http::Outcome<Done> send_code(const std::string& phone_number, const RequestScope& scope);
  http::Outcome<SignedIn> sign_in(const std::string& phone_number, const Secret& code,
                                  const std::string& user_type, const RequestScope& scope);

 private:
  http::Problem unsupported() const;
  http::Outcome<Done> send_code_now(const std::string& phone_number, const RequestScope& scope);
  http::Outcome<SignedIn> sign_in_now(const std::string& phone_number, const Secret& code,
                                      const std::string& user_type, const RequestScope& scope);

  const ProviderDirectory& providers_;
  SignInCompletion& completion_;
  OneTimePasswords codes_;
  const SmsSender sender_;
  AttemptThrottle& attempts_;
  AuditLog& audit_;
  const runtime::Clock& clock_;
  runtime::Logger& logger_;
  const UserOptions users_;
};

}  // namespace gateway::auth
