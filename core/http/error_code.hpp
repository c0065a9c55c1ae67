// ErrorCode: every error the HTTP contract knows, with its status, defined once. Handlers name codes; the
// status and the default text follow from here. Thread safety: constants.
#pragma once

#include <span>
#include <string_view>

namespace gateway::http {

enum class ErrorCode {
  MalformedRequest,
  UnauthorizedAccess,
  InvalidToken,
  InvalidFirebaseToken,
  InvalidCredentials,
  UserDisabled,
  InsufficientPermissions,
  UserNotFound,
  NotFound,
  OtpNotFound,
  MethodNotAllowed,
  EmailAlreadyExists,
  PhoneAlreadyExists,
  UserAlreadyExists,
  ConstraintViolation,
  PayloadTooLarge,
  UnsupportedMediaType,
  MissingRequiredField,
  InvalidEmailFormat,
  InvalidPassword,
  InvalidPhoneNumber,
  InvalidUserType,
  ValidationFailed,
  InvalidOtp,
  OtpExpired,
  OtpAlreadyVerified,
  InvalidOobCode,
  RateLimitExceeded,
  MaxOtpAttempts,
  TooManyAttempts,
  NotSupportedByProvider,
  DatabaseError,
  ProviderUnavailable,
  FirebaseAuthFailed,
  Overloaded,
  InternalError,
};

struct ErrorCodeInfo {
  ErrorCode code;
  int status;
  std::string_view name;
  std::string_view message;
};

const ErrorCodeInfo& info_of(ErrorCode code) noexcept;

// All of them, for documents and tests.
std::span<const ErrorCodeInfo> all_error_codes() noexcept;

}  // namespace gateway::http
