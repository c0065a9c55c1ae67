#include "emulator_token_verifier.hpp"

#include <algorithm>
#include <optional>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/jose/jws.hpp>

#include "revocation.hpp"

namespace gateway::firebase {

namespace {

constexpr JsonLimits kLimits{.max_bytes = toolkit::kMaxTokenBytes, .max_depth = 16, .max_values = 2'000};

struct UnsignedToken {
  rapidjson::Document header;
  rapidjson::Document claims;
  bool has_signature = false;
};

std::optional<rapidjson::Document> read_segment(std::string_view segment) {
  const auto text = toolkit::base64url_decode(segment);
  if (!text) return std::nullopt;
  auto document = parse_json(*text, kLimits);
  if (!document || !document->IsObject()) return std::nullopt;
  return std::move(*document);
}

std::optional<UnsignedToken> take_apart(std::string_view token) {
  if (token.size() > toolkit::kMaxTokenBytes) return std::nullopt;
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  auto header = read_segment(token.substr(0, first));
  auto claims = read_segment(token.substr(first + 1, second - first - 1));
  if (!header || !claims) return std::nullopt;
  return UnsignedToken{std::move(*header), std::move(*claims), second + 1 != token.size()};
}

}  // namespace

EmulatorTokenVerifier::EmulatorTokenVerifier(const Host& host, const FirebaseConfig& config,
                                             const IdentityToolkit& identity_toolkit)
    : host_(host),
      identity_toolkit_(identity_toolkit),
      rules_{TokenRules{id_token_issuer(config.project_id), config.project_id, config.tenant_id,
                        config.clock_skew_s},
             TokenRules{session_cookie_issuer(config.project_id), config.project_id, config.tenant_id,
                        config.clock_skew_s}} {}

Result<TokenVerdict> EmulatorTokenVerifier::verify(std::string_view text, const CallContext& context) {
  const auto token = take_apart(text);
  if (!token) return {NotApplicable{}};
  const auto* issuer = member(token->claims, "iss");
  const auto* const rules = std::find_if(rules_.begin(), rules_.end(), [&](const TokenRules& known) {
    return issuer != nullptr && issuer->IsString() && text_of(*issuer) == known.issuer;
  });
  if (rules == rules_.end()) return {NotApplicable{}};

  const auto* algorithm = member(token->header, "alg");
  if (algorithm == nullptr || !algorithm->IsString() || text_of(*algorithm) != "none")
    return {Rejected{RejectReason::InvalidToken, "not a token of the emulator: algorithm"}};
  if (token->has_signature)
    return {Rejected{RejectReason::InvalidToken, "not a token of the emulator: signature"}};
  if (member(token->header, "crit") != nullptr) return {Rejected{RejectReason::InvalidToken, "crit"}};
  if (auto fault = fault_of_claims(token->claims, *rules, host_.wall_ms() / 1000)) return {std::move(*fault)};

  VerifiedToken verified = verified_token(token->claims);
  const auto user = identity_toolkit_.find_by_subject(verified.authenticated.account.subject, context);
  if (!user) return user.error().error;
  if (auto revoked = revocation_of(*user, verified.authenticated_at_s)) return {std::move(*revoked)};
  return {std::move(verified)};
}

}  // namespace gateway::firebase
