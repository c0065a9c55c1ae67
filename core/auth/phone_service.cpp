#include "core/auth/phone_service.hpp"

#include <utility>

#include "core/auth/problems.hpp"
#include "core/auth/profile_validation.hpp"
#include "core/auth/validation.hpp"

namespace gateway::auth {

namespace {

using http::ErrorCode;
using http::Problem;

void check_number(const std::string& phone_number, http::ValidationProblem& faults) {
  if (phone_number.empty()) {
    faults.missing("PhoneNumber");
  } else if (!valid_phone_number(phone_number)) {
    faults.add(ErrorCode::InvalidPhoneNumber, "PhoneNumber",
               "The phone number must be in E.164 form, such as +14155550100.");
  }
}

}  // namespace

PhoneService::PhoneService(const ProviderDirectory& providers, SignInCompletion& completion,
                           OneTimePasswords codes, SmsSender sender, AttemptThrottle& attempts,
                           AuditLog& audit, const runtime::Clock& clock, runtime::Logger& logger,
                           const UserOptions& users)
    : providers_(providers),
      completion_(completion),
      codes_(codes),
      sender_(std::move(sender)),
      attempts_(attempts),
      audit_(audit),
      clock_(clock),
      logger_(logger),
      users_(users) {}

bool PhoneService::supported() const noexcept {
  return sender_.configured() && providers_.first_with("phone") != nullptr;
}

// Who reads it should look at Sms:Url before looking at the provider.
Problem PhoneService::unsupported() const {
  if (providers_.first_with("phone") == nullptr) return not_supported();
  return Problem(ErrorCode::NotSupportedByProvider, "Text messages are not set up here.");
}

http::Outcome<Done> PhoneService::send_code(const std::string& phone_number, const RequestScope& scope) {
  if (!supported()) return unsupported();
  http::ValidationProblem faults;
  check_number(phone_number, faults);
  if (faults.any()) return faults.problem();
  return attempts_.guard(AttemptKind::Message, phone_number, scope,
                         [&] { return send_code_now(phone_number, scope); });
}

http::Outcome<Done> PhoneService::send_code_now(const std::string& phone_number, const RequestScope& scope) {
  const auto code = codes_.issue(phone_number, scope);
  if (!code) return code.error();
  const Secret message(std::string(code->reveal()) +
                       " is your verification code. It is valid for 5 minutes.");
  const auto sent = sender_.send(phone_number, message, scope.call);
  if (!sent) {
    logger_.write(LogLevel::Warning, "auth", "a text message could not be sent",
                  {{"reason", std::string_view(sent.error().detail)}, {"request_id", scope.call.request_id}});
    Problem problem(ErrorCode::ProviderUnavailable);
    problem.retry_after_s = 60;  // when this number may ask again
    return problem;
  }
  audit_.record("otp.sent", {}, {}, scope);
  return Done{};
}

http::Outcome<SignedIn> PhoneService::sign_in(const std::string& phone_number, const Secret& code,
                                              const std::string& user_type, const RequestScope& scope) {
  if (!supported()) return unsupported();
  http::ValidationProblem faults;
  check_number(phone_number, faults);
  if (code.empty()) faults.missing("OtpCode");
  check_profile({{}, {}, user_type}, users_, faults);
  if (faults.any()) return faults.problem();
  // Before the code is used up.
  if (auto allowed = check_self_signup(user_type, users_); !allowed) return allowed.error();
  // Over all codes of the number: each has three tries, and there are five an hour.
  return attempts_.guard(AttemptKind::Phone, phone_number, scope,
                         [&] { return sign_in_now(phone_number, code, user_type, scope); });
}

http::Outcome<SignedIn> PhoneService::sign_in_now(const std::string& phone_number, const Secret& code,
                                                  const std::string& user_type, const RequestScope& scope) {
  const std::int64_t began_ms = clock_.wall_ms();
  if (auto checked = codes_.check(phone_number, code, scope); !checked) return checked.error();
  plugin::PluginInstance* provider = providers_.first_with("phone");
  auto answer = provider->call(SignInByPhone{phone_number}, scope.call);
  if (!answer) return provider_problem(*provider, answer.error());
  if (const auto* rejected = std::get_if<Rejected>(&*answer))
    return rejection_problem(*provider, rejected->reason);
  auto* authenticated = std::get_if<Authenticated>(&*answer);
  if (authenticated == nullptr) return not_supported();
  // The gateway itself has seen the proof.
  authenticated->account.phone_number = phone_number;
  authenticated->account.phone_verified = true;
  return completion_.complete(provider->id(), *authenticated, {{}, phone_number, user_type},
                              {began_ms, "sign_in.phone"}, scope);
}

}  // namespace gateway::auth
