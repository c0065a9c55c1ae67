// What each of Google's codes becomes.
#include "providers/firebase/error_mapping.hpp"

#include <gtest/gtest.h>

#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

std::string envelope(const std::string& message, int status = 400) {
  return R"({"error":{"code":)" + std::to_string(status) + R"(,"message":")" + message +
         R"(","errors":[{"message":")" + message + R"(","domain":"global","reason":"invalid"}]}})";
}

struct Row {
  const char* message;
  RejectReason reason;
};

constexpr Row kRows[]{
    {"EMAIL_EXISTS", RejectReason::AccountExists},
    {"PHONE_NUMBER_EXISTS", RejectReason::AccountExists},
    {"DUPLICATE_LOCAL_ID", RejectReason::AccountExists},
    {"EMAIL_NOT_FOUND", RejectReason::WrongCredentials},
    {"USER_NOT_FOUND", RejectReason::WrongCredentials},
    {"INVALID_PASSWORD", RejectReason::WrongCredentials},
    {"INVALID_LOGIN_CREDENTIALS", RejectReason::WrongCredentials},
    {"WEAK_PASSWORD : Password should be at least 6 characters", RejectReason::WeakPassword},
    {"WEAK_PASSWORD", RejectReason::WeakPassword},
    {"MISSING_PASSWORD", RejectReason::WeakPassword},
    {"PASSWORD_DOES_NOT_MEET_REQUIREMENTS : Missing password requirements: [x]", RejectReason::WeakPassword},
    {"INVALID_EMAIL", RejectReason::InvalidEmail},
    {"MISSING_EMAIL", RejectReason::InvalidEmail},
    {"INVALID_PHONE_NUMBER : Invalid format.", RejectReason::InvalidPhoneNumber},
    {"USER_DISABLED", RejectReason::AccountDisabled},
    {"TOO_MANY_ATTEMPTS_TRY_LATER : Access disabled", RejectReason::TooManyAttempts},
    {"RESET_PASSWORD_EXCEED_LIMIT", RejectReason::TooManyAttempts},
    {"OPERATION_NOT_ALLOWED", RejectReason::OperationNotAllowed},
    {"PASSWORD_LOGIN_DISABLED", RejectReason::OperationNotAllowed},
    {"ADMIN_ONLY_OPERATION", RejectReason::OperationNotAllowed},
    {"FORBIDDEN_CLAIM : sub", RejectReason::OperationNotAllowed},
    {"CLAIMS_TOO_LARGE", RejectReason::OperationNotAllowed},
    {"INVALID_OOB_CODE", RejectReason::InvalidCode},
    {"INVALID_CODE", RejectReason::InvalidCode},
    {"EXPIRED_OOB_CODE", RejectReason::CodeExpired},
    {"SESSION_EXPIRED", RejectReason::CodeExpired},
    {"INVALID_ID_TOKEN", RejectReason::InvalidToken},
    {"INVALID_REFRESH_TOKEN", RejectReason::InvalidToken},
    {"MISSING_REFRESH_TOKEN", RejectReason::InvalidToken},
    {"INVALID_IDP_RESPONSE : the token", RejectReason::InvalidToken},
    {"TOKEN_EXPIRED", RejectReason::TokenExpired},
    {"CREDENTIAL_TOO_OLD_LOGIN_AGAIN", RejectReason::TokenExpired},
};

TEST(FirebaseErrors, each_code_has_its_reason) {
  for (const Row& row : kRows) {
    const Failure failure = failure_of(400, envelope(row.message), std::nullopt);
    ASSERT_TRUE(failure.reason) << row.message;
    EXPECT_EQ(name_of(*failure.reason), name_of(row.reason)) << row.message;
  }
}

TEST(FirebaseErrors, an_unknown_code_is_an_error_that_names_it) {
  for (const std::string code :
       {"SOME_NEW_CODE", "INVALID_CUSTOM_TOKEN", "CREDENTIAL_MISMATCH", "INSUFFICIENT_PERMISSION",
        "MISSING_REQ_TYPE", "PROJECT_NOT_FOUND", "INVALID_DURATION"}) {
    const Failure failure = failure_of(400, envelope(code + " : more"), std::nullopt);
    EXPECT_FALSE(failure.reason) << code;
    EXPECT_EQ(failure.error.kind, ErrorKind::Unavailable);
    EXPECT_NE(failure.error.detail.find(code), std::string::npos);
    EXPECT_EQ(failure.error.detail.find("more"), std::string::npos);
  }
}

TEST(FirebaseErrors, quota_and_429_are_overload_with_a_time) {
  for (const auto& [status, message] :
       {std::pair(429, "RESOURCE_EXHAUSTED"), std::pair(400, "QUOTA_EXCEEDED : Exceeded quota"),
        std::pair(403, "RATE_LIMIT_EXCEEDED"), std::pair(429, "Too many requests.")}) {
    const Failure failure = failure_of(status, envelope(message, status), std::nullopt);
    EXPECT_FALSE(failure.reason) << message;
    EXPECT_EQ(failure.error.kind, ErrorKind::Overloaded) << message;
    EXPECT_GT(failure.error.retry_after_ms, 0) << message;
  }
  EXPECT_EQ(failure_of(429, "", 120'000).error.retry_after_ms, 120'000);
  EXPECT_EQ(failure_of(429, "", 100'000'000).error.retry_after_ms, 3'600'000) << "bounded";
  const Failure throttled = failure_of(429, envelope("TOO_MANY_ATTEMPTS_TRY_LATER", 429), std::nullopt);
  EXPECT_EQ(throttled.reason, RejectReason::TooManyAttempts) << "one account, not the project";
}

TEST(FirebaseErrors, a_failing_google_is_unavailable) {
  for (const int status : {500, 502, 503, 504, 301, 404, 405, 403, 401}) {
    for (const std::string body :
         {"", "<html>", "[]", R"({"error":null})", R"({"error":"x"})", R"({"error":{"message":7}})"}) {
      const Failure failure = failure_of(status, body, 7'000);
      EXPECT_FALSE(failure.reason) << status << body;
      EXPECT_EQ(failure.error.kind, ErrorKind::Unavailable) << status << body;
      EXPECT_EQ(failure.error.retry_after_ms, 7'000) << status << body;
      EXPECT_EQ(failure.status, status);
    }
  }
}

TEST(FirebaseErrors, where_google_writes_a_sentence_the_reason_beside_it_counts) {
  const std::string body =
      R"({"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT",)"
      R"("details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"x"}]}})";
  EXPECT_EQ(failure_of(400, body, std::nullopt).code, "API_KEY_INVALID");
  const std::string status_only = R"({"error":{"message":"Some words.","status":"PERMISSION_DENIED"}})";
  EXPECT_EQ(failure_of(403, status_only, std::nullopt).code, "PERMISSION_DENIED");
  EXPECT_EQ(failure_of(400, R"({"error":"invalid_grant","error_description":"x"})", std::nullopt).code,
            "INVALID_GRANT");
}

TEST(FirebaseErrors, check_34_only_codes_travel) {
  for (const std::string message :
       {"INVALID_EMAIL : zoe@example.com", "zoe@example.com is not good", "bad\\nvalue\\u001b[31m"}) {
    const Failure failure = failure_of(400, envelope(message), std::nullopt);
    EXPECT_EQ(failure.error.detail.find("zoe"), std::string::npos) << failure.error.detail;
    EXPECT_EQ(failure.error.detail.find('\n'), std::string::npos);
    EXPECT_EQ(failure.error.detail.find('\x1b'), std::string::npos);
  }
  EXPECT_EQ(code_of(std::string(65, 'A')), "");
}

TEST(FirebaseErrors, check_22_wrong_credentials_come_out_alike) {
  std::string first;
  for (const std::string code :
       {"EMAIL_NOT_FOUND", "INVALID_PASSWORD", "INVALID_LOGIN_CREDENTIALS", "USER_NOT_FOUND"}) {
    const auto outcome = outcome_of<AuthenticationOutcome>(failure_of(400, envelope(code), std::nullopt));
    ASSERT_TRUE(outcome.ok());
    if (first.empty()) first = encode(*outcome);
    EXPECT_EQ(encode(*outcome), first);
  }
}

}  // namespace
}  // namespace gateway::firebase
