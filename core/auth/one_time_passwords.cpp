#include "core/auth/one_time_passwords.hpp"

#include <array>
#include <cstdint>
#include <utility>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/sha256.hpp>

#include "core/auth/problems.hpp"

namespace gateway::auth {

namespace {

using http::ErrorCode;
using http::Problem;
using store::CodeState;

constexpr const char* kScope = "gateway.phone";  // no plugin's: their ids have no dot
constexpr const char* kPurpose = "otp";
constexpr std::int64_t kLifetimeMs = 5 * 60'000;
constexpr std::int64_t kTries = 3;
constexpr std::uint32_t kCodes = 1'000'000;

Problem wait(std::int64_t ms) {
  Problem problem(ErrorCode::TooManyAttempts);
  problem.retry_after_s = static_cast<int>((ms + 999) / 1000);
  return problem;
}

}  // namespace

// Numbers beyond the last whole million are drawn again, so that no code is likelier than another.
http::Outcome<Secret> OneTimePasswords::draw() const {
  constexpr std::uint32_t kLimit = UINT32_MAX - UINT32_MAX % kCodes;
  for (int attempt = 0; attempt < 64; ++attempt) {
    std::uint32_t number = 0;
    if (!random_.fill(&number, sizeof number)) break;
    if (number >= kLimit) continue;
    std::string digits = std::to_string(number % kCodes);
    digits.insert(0, 6 - digits.size(), '0');
    return Secret(std::move(digits));
  }
  return Problem(ErrorCode::InternalError);
}

http::Outcome<std::string> OneTimePasswords::digest_of(const std::string& phone_number,
                                                       const Secret& code) const {
  const auto keys = keys_.snapshot();
  if (keys == nullptr) return storage_problem(unavailable("no keys yet"));
  const std::string text = "otp:" + phone_number + ":" + std::string(code.reveal());
  return toolkit::base64url_encode(toolkit::view_of(toolkit::hmac_sha256(keys->refresh_key.reveal(), text)));
}

// An allowance is a code that nobody has: each look at it takes one of its attempts, in one step.
http::Outcome<Done> OneTimePasswords::take(const Allowance& allowance, const std::string& phone_number,
                                           const RequestScope& scope) {
  store::ConsumeCode look;
  look.scope = kScope;
  look.purpose = allowance.purpose;
  look.target = phone_number;
  look.digest = "nobody's";
  look.now_ms = clock_.wall_ms();
  const auto seen = store_.consume_code(look, scope.call);
  if (!seen) return storage_problem(seen.error());
  if (seen->state == CodeState::Wrong) return Done{};
  if (seen->state == CodeState::Exhausted) return wait(allowance.within_ms);
  store::PutCode put;
  put.scope = kScope;
  put.purpose = allowance.purpose;
  put.target = phone_number;
  put.digest = "an allowance";
  put.expires_at_ms = look.now_ms + allowance.within_ms;
  put.max_attempts = allowance.times;
  const auto stored = store_.put_code(put, scope.call);
  if (!stored) return storage_problem(stored.error());
  const auto first = store_.consume_code(look, scope.call);
  if (!first) return storage_problem(first.error());
  return Done{};
}

http::Outcome<Secret> OneTimePasswords::issue(const std::string& phone_number, const RequestScope& scope) {
  for (const Allowance& allowance :
       {Allowance{"otp.minute", 60'000, 1}, Allowance{"otp.hour", 3'600'000, 5}}) {
    if (auto allowed = take(allowance, phone_number, scope); !allowed) return allowed.error();
  }
  auto code = draw();
  if (!code) return code.error();
  auto digest = digest_of(phone_number, *code);
  if (!digest) return digest.error();
  store::PutCode put;
  put.scope = kScope;
  put.purpose = kPurpose;
  put.target = phone_number;
  put.digest = std::move(*digest);
  put.expires_at_ms = clock_.wall_ms() + kLifetimeMs;
  put.max_attempts = kTries;
  const auto stored = store_.put_code(put, scope.call);
  if (!stored) return storage_problem(stored.error());
  return std::move(*code);
}

http::Outcome<Done> OneTimePasswords::check(const std::string& phone_number, const Secret& code,
                                            const RequestScope& scope) {
  auto digest = digest_of(phone_number, code);
  if (!digest) return digest.error();
  store::ConsumeCode consume;
  consume.scope = kScope;
  consume.purpose = kPurpose;
  consume.target = phone_number;
  consume.digest = std::move(*digest);
  consume.now_ms = clock_.wall_ms();
  const auto outcome = store_.consume_code(consume, scope.call);
  if (!outcome) return storage_problem(outcome.error());
  switch (outcome->state) {
    case CodeState::Accepted:
      return Done{};
    case CodeState::Wrong:
      return Problem(ErrorCode::InvalidOtp);
    case CodeState::Expired:
      return Problem(ErrorCode::OtpExpired);
    case CodeState::AlreadyUsed:
      return Problem(ErrorCode::OtpAlreadyVerified);
    case CodeState::Exhausted: {
      Problem problem(ErrorCode::MaxOtpAttempts);
      problem.retry_after_s = 60;
      return problem;
    }
    case CodeState::Unknown:
      break;
  }
  return Problem(ErrorCode::OtpNotFound);
}

}  // namespace gateway::auth
