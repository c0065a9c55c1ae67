#include "token_claims.hpp"

#include <algorithm>
#include <cmath>

namespace gateway::firebase {

namespace {

constexpr std::size_t kMaxSubjectCharacters = 128;
constexpr double kMaxLifetimeS = 14 * 24 * 3'600;  // of a session cookie; an ID token lives for an hour

std::string_view text_in(const rapidjson::Value& object, std::string_view name) {
  const auto* value = member(object, name);
  return value != nullptr && value->IsString() ? text_of(*value) : std::string_view();
}

std::optional<std::string> maybe_text(const rapidjson::Value& object, std::string_view name) {
  const std::string_view text = text_in(object, name);
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

// A double holds every second that a clock can show; what is beyond is far away on the right side.
std::optional<double> date_in(const rapidjson::Value& claims, std::string_view name) {
  const auto* value = member(claims, name);
  if (value == nullptr || !value->IsNumber()) return std::nullopt;
  return value->GetDouble();
}

std::size_t characters_of(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & '\xc0') != '\x80'; }));
}

bool is_subject(const rapidjson::Value* value) {
  if (value == nullptr || !value->IsString()) return false;
  const std::string_view text = text_of(*value);
  // Who mints custom tokens may write any name, but what has no place in a header or a column names nobody.
  if (std::any_of(text.begin(), text.end(), [](char c) { return (c & '\xe0') == 0 || c == '\x7f'; }))
    return false;
  const std::size_t characters = characters_of(text);
  return characters >= 1 && characters <= kMaxSubjectCharacters;
}

// Empty: of no tenant; nullopt: it cannot be told of which, since the claim is not what Google makes it. That
// is never taken for none.
std::optional<std::string_view> tenant_in(const rapidjson::Value& claims) {
  const auto* firebase = member(claims, "firebase");
  if (firebase == nullptr) return std::string_view();
  if (!firebase->IsObject()) return std::nullopt;
  const auto* tenant = member(*firebase, "tenant");
  if (tenant == nullptr) return std::string_view();
  if (!tenant->IsString()) return std::nullopt;
  return text_of(*tenant);
}

std::optional<Rejected> no(const char* why, RejectReason reason = RejectReason::InvalidToken) {
  return Rejected{reason, why};
}

}  // namespace

std::string id_token_issuer(std::string_view project_id) {
  return "https://securetoken.google.com/" + std::string(project_id);
}

std::string session_cookie_issuer(std::string_view project_id) {
  return "https://session.firebase.google.com/" + std::string(project_id);
}

std::optional<Rejected> fault_of_claims(const rapidjson::Value& claims, const TokenRules& rules,
                                        std::int64_t now_s) {
  if (!claims.IsObject()) return no("claims are not an object");
  if (text_in(claims, "iss") != rules.issuer) return no("wrong issuer");
  const auto* audience = member(claims, "aud");
  if (audience == nullptr || !audience->IsString() || text_of(*audience) != rules.project_id)
    return no("wrong audience");
  if (!is_subject(member(claims, "sub"))) return no("sub is not 1 to 128 characters");
  const auto expires_at = date_in(claims, "exp");
  const auto issued_at = date_in(claims, "iat");
  const auto authenticated_at = date_in(claims, "auth_time");
  if (!expires_at || !issued_at || !authenticated_at) return no("exp, iat or auth_time is not a number");
  const auto now = static_cast<double>(now_s);
  const auto skew = static_cast<double>(rules.clock_skew_s);
  if (*expires_at <= now - skew) return no("expired", RejectReason::TokenExpired);
  if (*issued_at > now + skew) return no("issued in the future");
  if (*authenticated_at > now + skew) return no("authenticated in the future");
  if (*expires_at - *issued_at > kMaxLifetimeS) return no("lives longer than any token of Google");
  const auto tenant = tenant_in(claims);
  if (!tenant) return no("firebase or its tenant is of another type");
  if (*tenant != rules.tenant_id) return no("wrong tenant");
  return std::nullopt;
}

VerifiedToken verified_token(const rapidjson::Value& claims) {
  VerifiedToken token;
  ProviderAccount& account = token.authenticated.account;
  account.subject = text_in(claims, "sub");
  account.email = maybe_text(claims, "email");
  const auto* verified = member(claims, "email_verified");
  account.email_verified = account.email && verified != nullptr && verified->IsBool() && verified->GetBool();
  account.full_name = maybe_text(claims, "name");
  account.profile_image_url = maybe_text(claims, "picture");
  account.phone_number = maybe_text(claims, "phone_number");
  account.phone_verified = account.phone_number.has_value();  // Firebase has no other way to get one
  token.authenticated.claims.text = to_text(claims);
  token.authenticated.expires_at_ms =
      static_cast<std::int64_t>(std::floor(date_in(claims, "exp").value_or(0))) * 1000;
  token.authenticated_at_s = static_cast<std::int64_t>(std::floor(date_in(claims, "auth_time").value_or(0)));
  token.authenticated.authenticated_at_ms = token.authenticated_at_s * 1000;
  return token;
}

}  // namespace gateway::firebase
