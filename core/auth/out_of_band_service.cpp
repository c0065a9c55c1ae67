#include "core/auth/out_of_band_service.hpp"

#include <exception>
#include <utility>

#include "core/auth/problems.hpp"
#include "core/auth/validation.hpp"
#include "core/http/validation_problem.hpp"

namespace gateway::auth {

namespace {
using http::ErrorCode;
using http::Problem;
}  // namespace

OutOfBandService::OutOfBandService(Store& store, const ProviderDirectory& providers, SessionService& sessions,
                                   AttemptThrottle& attempts, AuditLog& audit, const runtime::Clock& clock,
                                   runtime::Logger& logger, const PasswordOptions& passwords)
    : store_(store),
      providers_(providers),
      sessions_(sessions),
      attempts_(attempts),
      audit_(audit),
      clock_(clock),
      logger_(logger),
      passwords_(passwords) {}

http::Outcome<Done> OutOfBandService::request_code(const std::string& email) const {
  if (!supported()) return not_supported();
  http::ValidationProblem faults;
  if (email.empty()) {
    faults.missing("Email");
  } else if (!valid_email(email)) {
    faults.add(ErrorCode::InvalidEmailFormat, "Email", "The email address is not valid.");
  }
  if (faults.any()) return faults.problem();
  return Done{};
}

void OutOfBandService::warn(std::string_view what, std::string_view reason,
                            const RequestScope& scope) const noexcept {
  logger_.write(LogLevel::Warning, "auth", what, {{"reason", reason}, {"request_id", scope.call.request_id}});
}

void OutOfBandService::send_code(OutOfBandPurpose purpose, const std::string& email,
                                 const RequestScope& scope) noexcept {
  try {
    send(purpose, email, scope);
  } catch (const std::exception& e) {
    warn("a mail could not be sent", e.what(), scope);  // it runs on a worker, where nothing may throw
  }
}

void OutOfBandService::send(OutOfBandPurpose purpose, const std::string& email, const RequestScope& scope) {
  plugin::PluginInstance* provider = providers_.first_with("out-of-band");
  if (provider == nullptr) return;
  const auto answer = provider->call(SendCode{purpose, email}, scope.call);
  if (!answer) return warn("a mail could not be sent", answer.error().detail, scope);
  if (const auto* rejected = std::get_if<Rejected>(&*answer))
    return warn("a mail was not sent", name_of(rejected->reason), scope);
  audit_.record(purpose == OutOfBandPurpose::ResetPassword ? "password_reset.requested"
                                                           : "email_verification.requested",
                {}, {}, scope);
}

http::Outcome<std::optional<store::User>> OutOfBandService::apply(const ApplyCode& code,
                                                                  const RequestScope& scope) {
  plugin::PluginInstance* provider = providers_.first_with("out-of-band");
  if (provider == nullptr) return not_supported();
  const auto answer = provider->call(code, scope.call);
  if (!answer) return provider_problem(*provider, answer.error());
  if (const auto* rejected = std::get_if<Rejected>(&*answer))
    return rejection_problem(*provider, rejected->reason, "NewPassword");
  const auto* accepted = std::get_if<Accepted>(&*answer);
  if (accepted == nullptr) return Problem(ErrorCode::InvalidOobCode);
  if (!accepted->subject) {
    warn("a code was applied and the provider does not say whose", provider->id(), scope);
    return std::optional<store::User>();
  }
  auto found = store_.find_user_by_identity({provider->id(), *accepted->subject}, scope.call);
  if (!found) {
    logger_.write(LogLevel::Error, "auth", "a code was applied, its user could not be looked up",
                  {{"subject", std::string_view(*accepted->subject)}, {"request_id", scope.call.request_id}});
    return storage_problem(found.error());
  }
  return std::move(found->user);
}

http::Outcome<Done> OutOfBandService::reset_password(const Secret& code, const Secret& new_password,
                                                     const RequestScope& scope) {
  http::ValidationProblem faults;
  if (code.empty()) faults.missing("OobCode");
  if (new_password.empty()) {
    faults.missing("NewPassword");
  } else {
    for (std::string& text : passwords_.faults_of(new_password.reveal(), {})) {
      faults.add(ErrorCode::InvalidPassword, "NewPassword", std::move(text));
    }
  }
  if (faults.any()) return faults.problem();
  ApplyCode apply_code;
  apply_code.purpose = OutOfBandPurpose::ResetPassword;
  apply_code.code = code;
  apply_code.new_password = new_password;
  const auto user = apply(apply_code, scope);
  if (!user) return user.error();
  if (!*user) return Done{};
  if ((*user)->email) attempts_.note_proof(AttemptKind::Password, *(*user)->email, scope);
  if (auto ended = sessions_.revoke_user((*user)->id, scope); !ended) return ended;
  audit_.record("password_reset", (*user)->id, {}, scope);
  return Done{};
}

http::Outcome<Done> OutOfBandService::verify_email(const Secret& code, const RequestScope& scope) {
  http::ValidationProblem faults;
  if (code.empty()) faults.missing("OobCode");
  if (faults.any()) return faults.problem();
  ApplyCode apply_code;
  apply_code.purpose = OutOfBandPurpose::VerifyEmail;
  apply_code.code = code;
  const auto user = apply(apply_code, scope);
  if (!user) return user.error();
  if (!*user || (*user)->email_verified) return Done{};
  store::UpdateUser verified;
  verified.id = (*user)->id;
  verified.email_verified = true;
  verified.now_ms = clock_.wall_ms();
  const auto updated = store_.update_user(verified, scope.call);
  // Not lost where the storage fails now: the next sign-in hears it from the provider.
  if (!updated) return storage_problem(updated.error());
  audit_.record("email_verified", (*user)->id, {}, scope);
  return Done{};
}

}  // namespace gateway::auth
