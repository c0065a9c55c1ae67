// Verification of signed JWTs (RFC 7519, RFC 8725, RFC 9068).
//
// verify_jwt goes in a fixed order and stops at the first fault: size, segments, header, algorithm, key id,
// key, signature, and only then the claims. There is no way to a claim of an unverified token but
// UnverifiedJwt::issuer, which exists to choose whose verifier to ask. A rejected token is an outcome, not
// an Error: JwtRejected carries the reason for the log.
//
// NumericDates: JSON numbers only; fractions are rounded down; what does not fit in 64 bits saturates.
// Thread safety: pure functions; a policy and a set may be shared; an UnverifiedJwt belongs to one thread.
// Time: seconds since 1970, given by the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gateway/toolkit/jose/jwk_set.hpp>
#include <gateway/toolkit/jose/jws.hpp>
#include <gateway/toolkit/jose/jwt_claims.hpp>

namespace gateway::toolkit {

constexpr std::int64_t kMaxClockSkewS = 60;

enum class AudienceRule : std::uint8_t {
  AllKnown,      // every audience of the token is in the policy (OpenID Connect Core, 3.1.3.7)
  AnyKnown,      // at least one is: access tokens that are meant for several resources (RFC 9068)
  SingleString,  // `aud` is one string, not an array, and known (Firebase)
};

// What one kind of token of one issuer must look like. A policy left empty accepts nothing.
struct JwtPolicy {
  std::string issuer;  // equal byte for byte
  std::vector<std::string> audiences;
  AudienceRule audience_rule = AudienceRule::AllKnown;
  std::vector<JwsAlgorithm> algorithms;
  // Accepted values of `typ`, compared without case and without "application/"; "" stands for an absent
  // one. Where logout+jwt is among them, only tokens with the back-channel logout event pass; elsewhere
  // none of those does.
  std::vector<std::string> types;
  std::vector<std::string> required_claims{"sub"};  // beyond iss, aud and exp, which are always required
  std::int64_t clock_skew_s = kMaxClockSkewS;       // cut to 0 … 60
  std::optional<std::int64_t> max_age_s;            // since `auth_time`, which is then required
};

namespace jwt_type {
constexpr std::string_view kAccessToken = "at+jwt";      // RFC 9068
constexpr std::string_view kIdToken = "JWT";             // what issuers put into ID tokens; many put nothing
constexpr std::string_view kLogoutToken = "logout+jwt";  // OpenID Connect Back-Channel Logout 1.0
}  // namespace jwt_type

// In the order of the checks.
enum class JwtReason : std::uint8_t {
  TooLarge,
  Malformed,
  AlgorithmNotAllowed,
  MissingKeyId,
  UnknownKey,
  KeyOfOtherAlgorithm,
  BadSignature,
  MalformedClaims,
  WrongType,
  MissingClaim,
  WrongIssuer,
  WrongAudience,
  Expired,
  NotYetValid,
  TooOld,
};

std::string_view to_string(JwtReason reason) noexcept;

struct JwtRejected {
  JwtReason reason;
  std::string key_id;  // with UnknownKey: what to ask the key-set cache for
};

struct VerifiedJwt {
  JwtClaims claims;
  std::string key_id;
  std::string type;  // as the token spells it
  JwsAlgorithm algorithm;
};

using JwtOutcome = std::variant<VerifiedJwt, JwtRejected>;

// A token taken apart of which nothing is believed yet: so that its verifier can be chosen by its issuer, and
// then need not read it a second time. Ownership: refers to the token's text, which must outlive it.
class UnverifiedJwt {
 public:
  explicit UnverifiedJwt(std::string_view token);

  // The `iss` the token claims to have; empty where it is malformed or has none. Only for choosing the
  // verifier that will check it.
  std::string_view issuer();

 private:
  friend class JwtVerifier;

  std::optional<JwtReason> fault_;
  Jws jws_;
  bool claims_are_read_ = false;
  std::optional<JwtClaims> claims_;
};

[[nodiscard]] JwtOutcome verify_jwt(UnverifiedJwt token, const JwkSet& keys, const JwtPolicy& policy,
                                    std::int64_t now_s);
[[nodiscard]] inline JwtOutcome verify_jwt(std::string_view token, const JwkSet& keys,
                                           const JwtPolicy& policy, std::int64_t now_s) {
  return verify_jwt(UnverifiedJwt(token), keys, policy, now_s);
}

}  // namespace gateway::toolkit
