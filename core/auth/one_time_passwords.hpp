// OneTimePasswords: six digits that prove a phone number (NIST SP 800-63B, section 5.1.3).
//
// A number has one code at a time: five minutes, three tries, used once. Storage holds an HMAC of it with the
// gateway's own key, since a million digests are quickly tried. New codes for one number are a minute apart
// and bounded per hour, counted in the storage, so that instances share the bounds. Thread safety: all
// members from any thread; they block on storage: worker only.
#pragma once

#include <string>

#include <gateway/store.hpp>

#include "core/auth/key_ring.hpp"
#include "core/auth/request_scope.hpp"
#include "core/http/problem.hpp"

namespace gateway::auth {

class OneTimePasswords {
 public:
  OneTimePasswords(Store& store, const KeyRing& keys, const runtime::Clock& clock, runtime::Random& random)
      : store_(store), keys_(keys), clock_(clock), random_(random) {}

  // A new code for this number; the earlier one is void. TOO_MANY_ATTEMPTS with the time to wait.
  http::Outcome<Secret> issue(const std::string& phone_number, const RequestScope& scope);
  // Uses the code up. OTP_NOT_FOUND, INVALID_OTP, OTP_EXPIRED, OTP_ALREADY_VERIFIED, MAX_OTP_ATTEMPTS.
  http::Outcome<Done> check(const std::string& phone_number, const Secret& code, const RequestScope& scope);

 private:
  struct Allowance {
    const char* purpose;
    std::int64_t within_ms;
    std::int64_t times;
  };
  http::Outcome<Done> take(const Allowance& allowance, const std::string& phone_number,
                           const RequestScope& scope);
  http::Outcome<std::string> digest_of(const std::string& phone_number, const Secret& code) const;
  http::Outcome<Secret> draw() const;

  Store& store_;
  const KeyRing& keys_;
  const runtime::Clock& clock_;
  runtime::Random& random_;
};

}  // namespace gateway::auth
