#include "core/http/error_code.hpp"

#include <array>

namespace gateway::http {

namespace {

using C = ErrorCode;

// In the order of the enumeration: info_of indexes by it.
constexpr std::array<ErrorCodeInfo, 36> kCodes{{
    {C::MalformedRequest, 400, "MALFORMED_REQUEST", "The request could not be understood."},
    {C::UnauthorizedAccess, 401, "UNAUTHORIZED_ACCESS", "Authentication is required."},
    {C::InvalidToken, 401, "INVALID_TOKEN", "The token is invalid or has expired."},
    {C::InvalidFirebaseToken, 401, "INVALID_FIREBASE_TOKEN", "The token is invalid or has expired."},
    {C::InvalidCredentials, 401, "INVALID_CREDENTIALS", "The email or password is wrong."},
    {C::UserDisabled, 403, "USER_DISABLED", "This account is not active."},
    {C::InsufficientPermissions, 403, "INSUFFICIENT_PERMISSIONS", "You are not allowed to do this."},
    {C::UserNotFound, 404, "USER_NOT_FOUND", "There is no such user."},
    {C::NotFound, 404, "NOT_FOUND", "There is nothing here."},
    {C::OtpNotFound, 404, "OTP_NOT_FOUND", "There is no code for this phone number."},
    {C::MethodNotAllowed, 405, "METHOD_NOT_ALLOWED", "This method is not allowed here."},
    {C::EmailAlreadyExists, 409, "EMAIL_ALREADY_EXISTS", "An account with this email exists already."},
    {C::PhoneAlreadyExists, 409, "PHONE_ALREADY_EXISTS", "An account with this phone number exists already."},
    {C::UserAlreadyExists, 409, "USER_ALREADY_EXISTS", "This user exists already."},
    {C::ConstraintViolation, 409, "CONSTRAINT_VIOLATION", "The change conflicts with existing data."},
    {C::PayloadTooLarge, 413, "PAYLOAD_TOO_LARGE", "The request body is too large."},
    {C::UnsupportedMediaType, 415, "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json."},
    {C::MissingRequiredField, 422, "MISSING_REQUIRED_FIELD", "A required field is missing."},
    {C::InvalidEmailFormat, 422, "INVALID_EMAIL_FORMAT", "The email address is not valid."},
    {C::InvalidPassword, 422, "INVALID_PASSWORD", "The password does not meet the requirements."},
    {C::InvalidPhoneNumber, 422, "INVALID_PHONE_NUMBER", "The phone number is not valid."},
    {C::InvalidUserType, 422, "INVALID_USER_TYPE", "The user type is not valid."},
    {C::ValidationFailed, 422, "VALIDATION_FAILED", "Some fields are not valid."},
    {C::InvalidOtp, 400, "INVALID_OTP", "The code is wrong."},
    {C::OtpExpired, 400, "OTP_EXPIRED", "The code has expired."},
    {C::OtpAlreadyVerified, 400, "OTP_ALREADY_VERIFIED", "The code has been used."},
    {C::InvalidOobCode, 400, "INVALID_OOB_CODE", "The code is invalid or has expired."},
    {C::RateLimitExceeded, 429, "RATE_LIMIT_EXCEEDED", "Too many requests; try again later."},
    {C::MaxOtpAttempts, 429, "MAX_OTP_ATTEMPTS", "Too many wrong codes; ask for a new one."},
    {C::TooManyAttempts, 429, "TOO_MANY_ATTEMPTS", "Too many attempts; try again later."},
    {C::NotSupportedByProvider, 501, "NOT_SUPPORTED_BY_PROVIDER",
     "The identity provider in use cannot do this."},
    {C::DatabaseError, 503, "DATABASE_ERROR", "The storage is not available; try again later."},
    {C::ProviderUnavailable, 503, "PROVIDER_UNAVAILABLE",
     "The identity provider is not available; try again later."},
    {C::FirebaseAuthFailed, 503, "FIREBASE_AUTH_FAILED",
     "The identity provider is not available; try again later."},
    {C::Overloaded, 503, "OVERLOADED", "The service is busy; try again later."},
    {C::InternalError, 500, "INTERNAL_ERROR", "Something went wrong on our side."},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kCodes.size(); ++i) {
    if (static_cast<std::size_t>(kCodes[i].code) != i) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

const ErrorCodeInfo& info_of(ErrorCode code) noexcept {
  return kCodes[static_cast<std::size_t>(code)];
}

std::span<const ErrorCodeInfo> all_error_codes() noexcept {
  return kCodes;
}

}  // namespace gateway::http
