// What a Firebase token must say, and what it says about the person: the rules that hold for ID tokens,
// session cookies and the emulator's tokens alike, once their signature (or its absence) has been dealt with.
//
// Stricter than Google's SDKs on purpose: they accept a missing exp and an iat in the future. Thread safety:
// pure functions. Units: seconds since 1970. Source: Firebase, "Verify ID tokens using a third-party
// library".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <gateway/json.hpp>
#include <gateway/provider_messages.hpp>

namespace gateway::firebase {

struct TokenRules {
  std::string issuer;
  std::string project_id;
  std::string tenant_id;  // empty: tokens of tenants are refused
  std::int64_t clock_skew_s = 0;
};

// The issuers of a project's two kinds of tokens.
std::string id_token_issuer(std::string_view project_id);
std::string session_cookie_issuer(std::string_view project_id);

// nullopt: the claims are those of a token that is good now.
std::optional<Rejected> fault_of_claims(const rapidjson::Value& claims, const TokenRules& rules,
                                        std::int64_t now_s);

// A token that has passed everything.
struct VerifiedToken {
  Authenticated authenticated;  // without tokens
  std::int64_t authenticated_at_s = 0;
};

// Of claims in which fault_of_claims() has found nothing.
VerifiedToken verified_token(const rapidjson::Value& claims);

}  // namespace gateway::firebase
