#include "gateway/toolkit/jose/jwt_claims.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <gateway/toolkit/jose/jws.hpp>

namespace gateway::toolkit {

namespace {

constexpr JsonLimits kClaimsLimits{.max_bytes = kMaxTokenBytes, .max_depth = 16, .max_values = 2'000};
constexpr std::size_t kMaxAudiences = 64;
constexpr std::size_t kMaxTextBytes = 2'048;

constexpr std::array<std::string_view, 4> kTexts{"iss", "sub", "jti", "nonce"};
constexpr std::array<std::string_view, 4> kDates{"exp", "nbf", "iat", "auth_time"};

bool is_good_text(const rapidjson::Value& value) {
  return value.IsString() && value.GetStringLength() > 0 && value.GetStringLength() <= kMaxTextBytes;
}

bool is_good_audience(const rapidjson::Value& value) {
  if (!value.IsArray()) return is_good_text(value);
  return !value.Empty() && value.Size() <= kMaxAudiences &&
         std::all_of(value.Begin(), value.End(), is_good_text);
}

std::int64_t to_seconds(const rapidjson::Value& number) {
  using Limits = std::numeric_limits<std::int64_t>;
  if (number.IsInt64()) return number.GetInt64();
  if (number.IsUint64()) return Limits::max();
  // The doubles nearest to the ends of the range lie outside it or on its edge: compare before converting.
  constexpr double kEdge = 9223372036854775808.0;  // 2^63
  const double seconds = std::floor(number.GetDouble());
  if (seconds >= kEdge) return Limits::max();
  if (seconds < -kEdge) return Limits::min();
  return static_cast<std::int64_t>(seconds);
}

}  // namespace

std::optional<JwtClaims> JwtClaims::parse(std::string_view payload) {
  JwtClaims claims;
  const rapidjson::Document& document = claims.document_;
  if (!read_json(payload, kClaimsLimits, claims.document_) || !document.IsObject()) return std::nullopt;
  const auto absent_or = [&document](std::string_view name, auto is_good) {
    const auto* value = member(document, name);
    return value == nullptr || is_good(*value);
  };
  const bool texts = std::all_of(kTexts.begin(), kTexts.end(),
                                 [&](std::string_view name) { return absent_or(name, is_good_text); });
  const bool dates = std::all_of(kDates.begin(), kDates.end(), [&](std::string_view name) {
    return absent_or(name, [](const rapidjson::Value& value) { return value.IsNumber(); });
  });
  if (!texts || !dates || !absent_or("aud", is_good_audience)) return std::nullopt;
  return claims;
}

std::vector<std::string_view> JwtClaims::audiences() const {
  const auto* value = find("aud");
  if (value == nullptr) return {};
  if (!value->IsArray()) return {text_of(*value)};
  std::vector<std::string_view> all;
  all.reserve(value->Size());
  for (const auto& entry : value->GetArray())
    all.push_back(text_of(entry));
  return all;
}

bool JwtClaims::audience_is_array() const {
  const auto* value = find("aud");
  return value != nullptr && value->IsArray();
}

std::string_view JwtClaims::text(std::string_view name) const {
  const auto* value = find(name);
  return value != nullptr && value->IsString() ? text_of(*value) : std::string_view();
}

std::optional<std::int64_t> JwtClaims::date(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  return to_seconds(*value);
}

}  // namespace gateway::toolkit
