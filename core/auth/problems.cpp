#include "core/auth/problems.hpp"

#include <algorithm>

namespace gateway::auth {

namespace {

using http::ErrorCode;
using http::Problem;

Problem dependency_problem(const Error& error, ErrorCode when_down) {
  switch (error.kind) {
    case ErrorKind::Unavailable:
    case ErrorKind::DeadlineExceeded:
    case ErrorKind::Overloaded: {
      Problem problem(error.kind == ErrorKind::Overloaded ? ErrorCode::Overloaded : when_down);
      problem.retry_after_s =
          static_cast<int>(std::clamp<std::int64_t>((error.retry_after_ms + 999) / 1000, 1, 3600));
      return problem;
    }
    case ErrorKind::Invalid:
    case ErrorKind::Unsupported:
    case ErrorKind::Malformed:
    case ErrorKind::Internal:
      return Problem(ErrorCode::InternalError);
  }
  return Problem(ErrorCode::InternalError);
}

// The contract's own name for it, where the provider's manifest has one of the same meaning.
ErrorCode named_code(ErrorCode general, std::string_view own_name) {
  for (const http::ErrorCodeInfo& info : http::all_error_codes()) {
    if (info.name == own_name && info.status == http::info_of(general).status) return info.code;
  }
  return general;
}

Problem field_problem(ErrorCode code, std::string field) {
  Problem problem(code);
  problem.fields.push_back({std::move(field), problem.message});
  return problem;
}

}  // namespace

Problem storage_problem(const Error& error) {
  return dependency_problem(error, ErrorCode::DatabaseError);
}

// The contract has no code for them: OVERLOADED, as for whatever else the gateway needs and has no name for.
Problem counters_problem(const Error& error) {
  Problem problem = dependency_problem(error, ErrorCode::Overloaded);
  if (problem.code == ErrorCode::Overloaded)
    problem.message = "The shared attempt counters cannot be asked; try again later.";
  return problem;
}

Problem provider_problem(const plugin::PluginInstance& provider, const Error& error) {
  if (error.of_storage) return storage_problem(error);
  // An answer that makes no sense comes from whoever stands behind the provider, or in between: to the client
  // that is a dependency that is down.
  Error seen = error;
  if (seen.kind == ErrorKind::Malformed) seen.kind = ErrorKind::Unavailable;
  return dependency_problem(seen,
                            named_code(ErrorCode::ProviderUnavailable, provider.manifest().unavailable_code));
}

Problem rejection_problem(const plugin::PluginInstance& provider, RejectReason reason,
                          std::string_view password_field) {
  switch (reason) {
    case RejectReason::WrongCredentials:
      return Problem(ErrorCode::InvalidCredentials);
    case RejectReason::AccountDisabled:
      return Problem(ErrorCode::UserDisabled);
    case RejectReason::AccountExists:
      return Problem(ErrorCode::EmailAlreadyExists);
    case RejectReason::WeakPassword:
      return field_problem(ErrorCode::InvalidPassword, std::string(password_field));
    case RejectReason::InvalidEmail:
      return field_problem(ErrorCode::InvalidEmailFormat, "Email");
    case RejectReason::InvalidPhoneNumber:
      return field_problem(ErrorCode::InvalidPhoneNumber, "PhoneNumber");
    case RejectReason::InvalidToken:
    case RejectReason::TokenExpired:
    case RejectReason::TokenRevoked:
      return Problem(named_code(ErrorCode::InvalidToken, provider.manifest().invalid_token_code));
    case RejectReason::InvalidCode:
    case RejectReason::CodeExpired:
      return Problem(ErrorCode::InvalidOobCode);
    case RejectReason::TooManyAttempts: {
      Problem problem(ErrorCode::TooManyAttempts);
      problem.retry_after_s = 60;
      return problem;
    }
    case RejectReason::SecondFactorRequired:
      return Problem(ErrorCode::InsufficientPermissions,
                     "This account needs a second factor, which is not supported.");
    case RejectReason::OperationNotAllowed:
      return not_supported();
  }
  return Problem(ErrorCode::InternalError);
}

Problem conflict_problem(std::string_view field) {
  if (field == "email") return Problem(ErrorCode::EmailAlreadyExists);
  if (field == "phone_number") return Problem(ErrorCode::PhoneAlreadyExists);
  if (field == "identity" || field == "id") return Problem(ErrorCode::UserAlreadyExists);
  return Problem(ErrorCode::ConstraintViolation);
}

Problem not_supported() {
  return Problem(ErrorCode::NotSupportedByProvider);
}

}  // namespace gateway::auth
