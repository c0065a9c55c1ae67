// OutOfBandService: codes that a provider mails: to set a new password, to prove an email.
//
// Sending is apart from answering: request_code() says only whether such a mail can be asked for at all, and
// send_code() does the work, in the background, so that neither answer nor timing tells whether the email is
// known. Thread safety: all members from any thread; all but request_code() block on storage and the
// provider: worker only.
#pragma once

#include <optional>
#include <string>

#include <gateway/provider_messages.hpp>

#include "core/auth/attempt_throttle.hpp"
#include "core/auth/audit_log.hpp"
#include "core/auth/password_policy.hpp"
#include "core/auth/provider_directory.hpp"
#include "core/auth/session_service.hpp"

namespace gateway::auth {

class OutOfBandService {
 public:
  OutOfBandService(Store& store, const ProviderDirectory& providers, SessionService& sessions,
                   AttemptThrottle& attempts, AuditLog& audit, const runtime::Clock& clock,
                   runtime::Logger& logger, const PasswordOptions& passwords);

  bool supported() const noexcept { return providers_.first_with("out-of-band") != nullptr; }

  // Missing or not an email; not supported.
  http::Outcome<Done> request_code(const std::string& email) const;
  // What went wrong is logged: nobody waits for it.
  void send_code(OutOfBandPurpose purpose, const std::string& email, const RequestScope& scope) noexcept;

  // Ends every session of the account and forgets its failed sign-ins. Where that could not be done after the
  // password was set, the answer is the storage's problem and a further reset ends them.
  http::Outcome<Done> reset_password(const Secret& code, const Secret& new_password,
                                     const RequestScope& scope);
  http::Outcome<Done> verify_email(const Secret& code, const RequestScope& scope);

 private:
  // The user of the account that the code was for; nullopt where the provider does not tell or has no user
  // yet.
  http::Outcome<std::optional<store::User>> apply(const ApplyCode& code, const RequestScope& scope);
  void send(OutOfBandPurpose purpose, const std::string& email, const RequestScope& scope);
  void warn(std::string_view what, std::string_view reason, const RequestScope& scope) const noexcept;

  Store& store_;
  const ProviderDirectory& providers_;
  SessionService& sessions_;
  AttemptThrottle& attempts_;
  AuditLog& audit_;
  const runtime::Clock& clock_;
  runtime::Logger& logger_;
  const PasswordPolicy passwords_;
};

}  // namespace gateway::auth
