#include "core/auth/access_tokens.hpp"

#include <utility>

#include <gateway/toolkit/jose/jws.hpp>

#include "core/auth/ids.hpp"
#include "core/http/json_writer.hpp"

namespace gateway::auth {

namespace {

toolkit::JwtPolicy policy_for(const TokenOptions& options) {
  toolkit::JwtPolicy policy;
  policy.issuer = options.issuer_url;
  policy.audiences = {options.audience};
  // Every algorithm the ring may hold: after a change of algorithm the old key's tokens are good until they
  // expire, and each key verifies its own algorithm only.
  policy.algorithms = {toolkit::JwsAlgorithm::ES256, toolkit::JwsAlgorithm::RS256,
                       toolkit::JwsAlgorithm::EdDSA};
  policy.types = {std::string(toolkit::jwt_type::kAccessToken)};
  policy.required_claims = {"sub", "sid", "jti", "iat"};
  return policy;
}

}  // namespace

AccessTokens::AccessTokens(const KeyRing& keys, const runtime::Clock& clock, runtime::Random& random,
                           const TokenOptions& options)
    : keys_(keys), clock_(clock), random_(random), options_(options), policy_(policy_for(options)) {}

Result<AccessToken> AccessTokens::issue(const store::User& user, const store::Session& session) const {
  const auto keys = keys_.snapshot();
  if (keys == nullptr) return unavailable("no signing key yet");
  const auto id = new_random_id(random_);
  if (!id) return id.error();
  const std::int64_t now_s = clock_.wall_ms() / 1000;
  http::JsonWriter out;
  out.begin_object().put("iss", options_.issuer_url).put("aud", options_.audience).put("sub", user.id);
  out.put("iat", now_s).put("exp", now_s + options_.access_lifetime_s).put("jti", *id);
  out.put("sid", session.id).put("client_id", options_.audience).put("user_type", user.user_type);
  out.put("idp", session.provider).put("idp_sub", session.subject);
  if (user.email) out.put("email", *user.email).put("email_verified", user.email_verified);
  out.end_object();
  auto token =
      toolkit::sign_jws(keys->signing_key, keys->signing_key_id, toolkit::jwt_type::kAccessToken, out.text());
  if (!token) return token.error();
  return AccessToken{Secret(std::move(*token)), options_.access_lifetime_s};
}

toolkit::JwtOutcome AccessTokens::verify(toolkit::UnverifiedJwt token) const {
  const auto keys = keys_.snapshot();
  if (keys == nullptr) return toolkit::JwtRejected{toolkit::JwtReason::UnknownKey, {}};
  return toolkit::verify_jwt(std::move(token), keys->verification_keys, policy_, clock_.wall_ms() / 1000);
}

}  // namespace gateway::auth
