#include "error_mapping.hpp"

#include <algorithm>
#include <array>

#include <gateway/message.hpp>

namespace gateway::firebase {

namespace {

using R = RejectReason;

constexpr std::size_t kMaxCodeBytes = 64;
constexpr std::int64_t kOverloadRetryMs = 5'000;
constexpr std::int64_t kMaxRetryMs = 3'600'000;

struct Meaning {
  std::string_view code;
  RejectReason reason;
};

constexpr std::array kRejections{
    Meaning{"EMAIL_EXISTS", R::AccountExists},
    Meaning{"PHONE_NUMBER_EXISTS", R::AccountExists},
    Meaning{"DUPLICATE_LOCAL_ID", R::AccountExists},
    Meaning{"FEDERATED_USER_ID_ALREADY_LINKED", R::AccountExists},
    Meaning{"EMAIL_NOT_FOUND", R::WrongCredentials},
    Meaning{"USER_NOT_FOUND", R::WrongCredentials},
    Meaning{"INVALID_PASSWORD", R::WrongCredentials},
    Meaning{"INVALID_LOGIN_CREDENTIALS", R::WrongCredentials},
    Meaning{"WEAK_PASSWORD", R::WeakPassword},
    Meaning{"MISSING_PASSWORD", R::WeakPassword},
    Meaning{"PASSWORD_DOES_NOT_MEET_REQUIREMENTS", R::WeakPassword},
    Meaning{"INVALID_EMAIL", R::InvalidEmail},
    Meaning{"MISSING_EMAIL", R::InvalidEmail},
    Meaning{"INVALID_PHONE_NUMBER", R::InvalidPhoneNumber},
    Meaning{"MISSING_PHONE_NUMBER", R::InvalidPhoneNumber},
    Meaning{"USER_DISABLED", R::AccountDisabled},
    Meaning{"TOO_MANY_ATTEMPTS_TRY_LATER", R::TooManyAttempts},
    Meaning{"RESET_PASSWORD_EXCEED_LIMIT", R::TooManyAttempts},
    Meaning{"OPERATION_NOT_ALLOWED", R::OperationNotAllowed},
    Meaning{"PASSWORD_LOGIN_DISABLED", R::OperationNotAllowed},
    Meaning{"ADMIN_ONLY_OPERATION", R::OperationNotAllowed},
    Meaning{"FORBIDDEN_CLAIM", R::OperationNotAllowed},
    Meaning{"CLAIMS_TOO_LARGE", R::OperationNotAllowed},
    Meaning{"INVALID_CLAIMS", R::OperationNotAllowed},
    Meaning{"UNVERIFIED_EMAIL", R::OperationNotAllowed},
    Meaning{"INVALID_OOB_CODE", R::InvalidCode},
    Meaning{"MISSING_OOB_CODE", R::InvalidCode},
    Meaning{"INVALID_CODE", R::InvalidCode},
    Meaning{"EXPIRED_OOB_CODE", R::CodeExpired},
    Meaning{"SESSION_EXPIRED", R::CodeExpired},
    Meaning{"INVALID_ID_TOKEN", R::InvalidToken},
    Meaning{"INVALID_REFRESH_TOKEN", R::InvalidToken},
    Meaning{"MISSING_REFRESH_TOKEN", R::InvalidToken},
    Meaning{"PROJECT_NUMBER_MISMATCH", R::InvalidToken},
    Meaning{"TENANT_ID_MISMATCH", R::InvalidToken},
    Meaning{"INVALID_IDP_RESPONSE", R::InvalidToken},
    Meaning{"MISSING_OR_INVALID_NONCE", R::InvalidToken},
    Meaning{"TOKEN_EXPIRED", R::TokenExpired},
    Meaning{"CREDENTIAL_TOO_OLD_LOGIN_AGAIN", R::TokenExpired},
};

constexpr std::array<std::string_view, 3> kQuota{"QUOTA_EXCEEDED", "RESOURCE_EXHAUSTED",
                                                 "RATE_LIMIT_EXCEEDED"};

struct ErrorDetail {
  std::string reason;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("reason", self.reason);
  }
};
struct ErrorBody {
  std::string message;
  std::string status;
  std::vector<ErrorDetail> details;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("message", self.message);
    f.optional("status", self.status);
    f.optional("details", self.details);
  }
};
struct Envelope {
  ErrorBody error;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("error", self.error);
  }
};
// OAuth 2.0 (RFC 6749, section 5.2): the token endpoint of the service account.
struct OAuthEnvelope {
  std::string error;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("error", self.error);
  }
};

// The code is the message's first word; where Google writes a sentence instead ("API key not valid…"), the
// reason or the status beside it says more.
std::string code_in(std::string_view body) {
  if (const auto envelope = decode<Envelope>(body)) {
    std::string code = code_of(envelope->error.message);
    for (const ErrorDetail& detail : envelope->error.details) {
      if (code.empty()) code = code_of(detail.reason);
    }
    return code.empty() ? code_of(envelope->error.status) : code;
  }
  if (const auto envelope = decode<OAuthEnvelope>(body)) {
    std::string upper = envelope->error;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return code_of(upper);
  }
  return "";
}

}  // namespace

std::string code_of(std::string_view message) {
  std::string_view head = message.substr(0, message.find(':'));
  while (!head.empty() && head.back() == ' ')
    head.remove_suffix(1);
  const bool is_code =
      !head.empty() && head.size() <= kMaxCodeBytes && std::all_of(head.begin(), head.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      });
  return is_code ? std::string(head) : std::string();
}

Failure failure_of(std::int64_t status, std::string_view body, std::optional<std::int64_t> retry_after_ms) {
  return failure_of_code(status, code_in(body), retry_after_ms);
}

Failure failure_of_code(std::int64_t status, std::string code, std::optional<std::int64_t> retry_after_ms) {
  const std::string text =
      "Google answered " + std::to_string(status) + " " + (code.empty() ? "without a code" : code);
  const std::int64_t retry_ms = std::clamp<std::int64_t>(retry_after_ms.value_or(0), 0, kMaxRetryMs);
  const bool is_quota = std::find(kQuota.begin(), kQuota.end(), code) != kQuota.end();
  // A code that is known decides, whatever the status: Google throttles one account by 400 and a project by
  // 429.
  const auto* const meaning = std::find_if(kRejections.begin(), kRejections.end(),
                                           [&](const Meaning& entry) { return entry.code == code; });
  if (meaning != kRejections.end())
    return {std::move(code), meaning->reason, unavailable(text, retry_ms), status};
  if (status == 429 || is_quota)
    return {std::move(code), std::nullopt,
            Error{ErrorKind::Overloaded, text, retry_ms > 0 ? retry_ms : kOverloadRetryMs}, status};
  return {std::move(code), std::nullopt, unavailable(text, retry_ms), status};
}

}  // namespace gateway::firebase
