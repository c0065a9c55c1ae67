#include "gateway/toolkit/jose/jwt.hpp"

#include <algorithm>
#include <utility>

namespace gateway::toolkit {

// Holds the one permission to make JwtClaims and to look into an unverified token, and gives it to the
// functions below.
class JwtVerifier {
 public:
  static const std::optional<JwtReason>& fault(const UnverifiedJwt& token) { return token.fault_; }
  static Jws& jws(UnverifiedJwt& token) { return token.jws_; }
  static std::optional<JwtClaims>& claims(UnverifiedJwt& token) {
    if (!std::exchange(token.claims_are_read_, true)) token.claims_ = JwtClaims::parse(token.jws_.payload);
    return token.claims_;
  }
};

namespace {

constexpr std::string_view kBackChannelLogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

// RFC 7515, 4.1.9: "application/" may be left out of a media type that has no other slash.
std::string_view without_application(std::string_view type) {
  constexpr std::string_view kPrefix = "application/";
  if (type.size() > kPrefix.size() && equal_ignoring_case(type.substr(0, kPrefix.size()), kPrefix)) {
    return type.substr(kPrefix.size());
  }
  return type;
}

bool allows_type(const JwtPolicy& policy, std::string_view type) {
  return std::any_of(policy.types.begin(), policy.types.end(),
                     [type](const std::string& allowed) { return equal_ignoring_case(allowed, type); });
}

// By its event a logout token is known whatever it calls itself: not every issuer gives it a type of its
// own, and one that is called "JWT" must not sign anybody in.
bool is_logout_token(const JwtClaims& claims) {
  const auto* events = claims.find("events");
  return events != nullptr && events->IsObject() && member(*events, kBackChannelLogoutEvent) != nullptr;
}

bool is_right_type(const JwtPolicy& policy, std::string_view type, const JwtClaims& claims) {
  return allows_type(policy, without_application(type)) &&
         is_logout_token(claims) == allows_type(policy, jwt_type::kLogoutToken);
}

bool is_right_audience(const JwtPolicy& policy, const JwtClaims& claims) {
  const auto audiences = claims.audiences();
  const auto known = [&policy](std::string_view audience) {
    return std::find(policy.audiences.begin(), policy.audiences.end(), audience) != policy.audiences.end();
  };
  switch (policy.audience_rule) {
    case AudienceRule::AllKnown:
      return !audiences.empty() && std::all_of(audiences.begin(), audiences.end(), known);
    case AudienceRule::AnyKnown:
      return std::any_of(audiences.begin(), audiences.end(), known);
    case AudienceRule::SingleString:
      return !claims.audience_is_array() && audiences.size() == 1 && known(audiences.front());
  }
  return false;
}

bool has_required_claims(const JwtPolicy& policy, const JwtClaims& claims) {
  const auto present = [&claims](std::string_view name) { return claims.find(name) != nullptr; };
  return present("iss") && present("aud") && present("exp") && (!policy.max_age_s || present("auth_time")) &&
         std::all_of(policy.required_claims.begin(), policy.required_claims.end(), present);
}

// Written as claim <= bound, with the arithmetic on the clock's side: a claim may be any number.
std::optional<JwtReason> check_times(const JwtPolicy& policy, const JwtClaims& claims, std::int64_t now_s) {
  const auto skew_s = std::clamp<std::int64_t>(policy.clock_skew_s, 0, kMaxClockSkewS);
  const auto in_future = [&](std::optional<std::int64_t> time_s) {
    return time_s && *time_s > now_s + skew_s;
  };
  if (claims.expires_at_s() <= now_s - skew_s) return JwtReason::Expired;
  if (in_future(claims.not_before_s()) || in_future(claims.issued_at_s()) ||
      in_future(claims.authenticated_at_s())) {
    return JwtReason::NotYetValid;
  }
  if (policy.max_age_s && claims.authenticated_at_s() < now_s - skew_s - *policy.max_age_s)
    return JwtReason::TooOld;
  return std::nullopt;
}

std::optional<JwtReason> check_claims(const JwtPolicy& policy, std::string_view type, const JwtClaims& claims,
                                      std::int64_t now_s) {
  if (!is_right_type(policy, type, claims)) return JwtReason::WrongType;
  if (!has_required_claims(policy, claims)) return JwtReason::MissingClaim;
  if (claims.issuer() != policy.issuer)
    return JwtReason::WrongIssuer;  // a claim that is there is never empty
  if (!is_right_audience(policy, claims)) return JwtReason::WrongAudience;
  return check_times(policy, claims, now_s);
}

}  // namespace

std::string_view to_string(JwtReason reason) noexcept {
  switch (reason) {
    case JwtReason::TooLarge:
      return "too large";
    case JwtReason::Malformed:
      return "malformed";
    case JwtReason::AlgorithmNotAllowed:
      return "algorithm not allowed";
    case JwtReason::MissingKeyId:
      return "missing key id";
    case JwtReason::UnknownKey:
      return "unknown key";
    case JwtReason::KeyOfOtherAlgorithm:
      return "key of another algorithm";
    case JwtReason::BadSignature:
      return "bad signature";
    case JwtReason::MalformedClaims:
      return "malformed claims";
    case JwtReason::WrongType:
      return "wrong type";
    case JwtReason::MissingClaim:
      return "missing claim";
    case JwtReason::WrongIssuer:
      return "wrong issuer";
    case JwtReason::WrongAudience:
      return "wrong audience";
    case JwtReason::Expired:
      return "expired";
    case JwtReason::NotYetValid:
      return "not yet valid";
    case JwtReason::TooOld:
      return "authentication too old";
  }
  return "unknown";
}

UnverifiedJwt::UnverifiedJwt(std::string_view token) {
  if (token.size() > kMaxTokenBytes) {
    fault_ = JwtReason::TooLarge;
    return;
  }
  auto jws = parse_jws(token);
  if (jws.ok()) {
    jws_ = *std::move(jws);
  } else {
    fault_ = JwtReason::Malformed;
  }
}

std::string_view UnverifiedJwt::issuer() {
  if (fault_) return {};
  const auto& claims = JwtVerifier::claims(*this);
  return claims ? claims->issuer() : std::string_view();
}

JwtOutcome verify_jwt(UnverifiedJwt token, const JwkSet& keys, const JwtPolicy& policy, std::int64_t now_s) {
  const auto rejected = [](JwtReason reason) { return JwtRejected{reason, {}}; };
  if (const auto& fault = JwtVerifier::fault(token)) return rejected(*fault);
  const Jws& jws = JwtVerifier::jws(token);
  JwsHeader& header = JwtVerifier::jws(token).header;
  if (!header.algorithm || std::find(policy.algorithms.begin(), policy.algorithms.end(), *header.algorithm) ==
                               policy.algorithms.end()) {
    return rejected(JwtReason::AlgorithmNotAllowed);
  }
  if (header.key_id.empty()) return rejected(JwtReason::MissingKeyId);
  const PublicKey* key = keys.find(header.key_id);
  if (key == nullptr) return JwtRejected{JwtReason::UnknownKey, std::move(header.key_id)};
  if (key->algorithm() != *header.algorithm) return rejected(JwtReason::KeyOfOtherAlgorithm);
  if (!key->verify(jws.signing_input, jws.signature)) return rejected(JwtReason::BadSignature);

  auto& claims = JwtVerifier::claims(token);
  if (!claims) return rejected(JwtReason::MalformedClaims);
  if (const auto reason = check_claims(policy, header.type, *claims, now_s)) return rejected(*reason);
  return VerifiedJwt{*std::move(claims), std::move(header.key_id), std::move(header.type), *header.algorithm};
}

}  // namespace gateway::toolkit
