// What Google's error codes mean to the gateway: one table.
//
// A code is a Rejected (the person, or who asks for them, must do something else) or an Error (Google, the
// project's settings or its quota must). A code that is not in the table is an Error of kind Unavailable with
// the code in its detail: nobody is let in by it, and the operator reads it. Only codes travel, never the
// text behind them, which may hold an email. Thread safety: pure functions. Source: Identity Toolkit REST
// reference.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gateway/provider_messages.hpp>
#include <gateway/result.hpp>

namespace gateway::firebase {

// Why a call to Google brought no answer to work with.
struct Failure {
  std::string code;                    // Google's; empty where it did not get as far
  std::optional<RejectReason> reason;  // with a value: an outcome, and `error` is not looked at
  Error error;
  std::int64_t status = 0;  // of the answer; 0: there was none
};

inline Failure failed(Error error) {
  return {"", std::nullopt, std::move(error)};
}

// An answer that is not 2xx. `body` is Google's error envelope, or anything at all.
Failure failure_of(std::int64_t status, std::string_view body, std::optional<std::int64_t> retry_after_ms);

// The same for a code that came in an answer of status 200 (signInWithIdp does that).
Failure failure_of_code(std::int64_t status, std::string code, std::optional<std::int64_t> retry_after_ms);

// "EMAIL_EXISTS" of "EMAIL_EXISTS : more words"; empty for what is no code.
std::string code_of(std::string_view message);

// Wrong passwords and unknown accounts come out alike, the detail included.
template <class Outcome>
Result<Outcome> outcome_of(const Failure& failure) {
  if (!failure.reason) return failure.error;
  const bool telling = *failure.reason != RejectReason::WrongCredentials;
  return {Rejected{*failure.reason, telling ? failure.code : std::string()}};
}

}  // namespace gateway::firebase
