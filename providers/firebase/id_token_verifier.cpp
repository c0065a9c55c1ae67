#include "id_token_verifier.hpp"

#include <algorithm>

namespace gateway::firebase {

namespace {

using namespace gateway::toolkit;

const JwkSet& no_keys() {
  static const JwkSet none = JwkSet::from_keys({}).value();
  return none;
}

}  // namespace

IdTokenVerifier::Issuer::Issuer(std::string name, const FirebaseConfig& config, SigningKeys& issuers_keys)
    : rules{std::move(name), config.project_id, config.tenant_id, config.clock_skew_s}, keys(issuers_keys) {
  policy.issuer = rules.issuer;
  policy.audiences = {config.project_id};
  policy.audience_rule = AudienceRule::SingleString;
  policy.algorithms = {JwsAlgorithm::RS256};
  policy.types = {std::string(jwt_type::kIdToken), ""};
  policy.required_claims = {"sub", "iat", "auth_time"};
  policy.clock_skew_s = config.clock_skew_s;
}

IdTokenVerifier::IdTokenVerifier(const Host& host, const FirebaseConfig& config, SigningKeys& token_keys,
                                 SigningKeys& session_cookie_keys)
    : host_(host),
      issuers_{Issuer(id_token_issuer(config.project_id), config, token_keys),
               Issuer(session_cookie_issuer(config.project_id), config, session_cookie_keys)} {}

Result<TokenVerdict> IdTokenVerifier::verify(std::string_view text, const CallContext& context) {
  UnverifiedJwt token(text);
  const auto* const issuer = std::find_if(issuers_.begin(), issuers_.end(), [&](const Issuer& known) {
    return known.rules.issuer == token.issuer();
  });
  if (issuer == issuers_.end()) return {NotApplicable{}};

  const std::int64_t now_s = host_.wall_ms() / 1000;
  const auto outcome = check_signature(std::move(token), text, *issuer, now_s, context);
  if (!outcome) return outcome.error();
  if (const auto* rejected = std::get_if<JwtRejected>(&*outcome)) {
    const bool expired = rejected->reason == JwtReason::Expired;
    return {Rejected{expired ? RejectReason::TokenExpired : RejectReason::InvalidToken,
                     std::string(to_string(rejected->reason))}};
  }
  const auto& claims = std::get<VerifiedJwt>(*outcome).claims.json();
  if (auto fault = fault_of_claims(claims, issuer->rules, now_s)) return {std::move(*fault)};
  return {verified_token(claims)};
}

// With the keys at hand first, so that a known key never waits for anything.
Result<JwtOutcome> IdTokenVerifier::check_signature(UnverifiedJwt token, std::string_view text,
                                                    const Issuer& issuer, std::int64_t now_s,
                                                    const CallContext& context) const {
  const SigningKeys::Keys held = issuer.keys.snapshot();
  auto outcome = verify_jwt(std::move(token), held != nullptr ? *held : no_keys(), issuer.policy, now_s);
  const auto* rejected = std::get_if<JwtRejected>(&outcome);
  if (rejected == nullptr || rejected->reason != JwtReason::UnknownKey) return outcome;
  const auto keys = issuer.keys.keys_for(rejected->key_id, context);
  if (!keys) return keys.error();
  if ((*keys)->find(rejected->key_id) == nullptr) return outcome;
  return verify_jwt(text, **keys, issuer.policy, now_s);
}

}  // namespace gateway::firebase
