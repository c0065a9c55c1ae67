// Authenticator: from a bearer token to the caller it belongs to.
//
// cached() answers for tokens verified before and never blocks: I/O threads use it. authenticate() verifies:
// the gateway's own tokens by signature and session, others by asking the providers; it may block: worker
// only. "Cannot decide" is never taken for yes. Thread safety: all members from any thread.
#pragma once

#include <string_view>

#include "core/auth/access_tokens.hpp"
#include "core/auth/account_directory.hpp"
#include "core/auth/verified_token_cache.hpp"
#include "core/http/caller.hpp"

namespace gateway::auth {

// What POST /auth/verify-token tells about a token that is good.
struct TokenDescription {
  std::string provider;
  std::string subject;
  std::string claims_json;
};

class Authenticator {
 public:
  Authenticator(Store& store, const ProviderDirectory& providers, const AccessTokens& access_tokens,
                AccountDirectory& accounts, VerifiedTokenCache& cache, const runtime::Clock& clock,
                const TokenOptions& options);

  http::CallerPtr cached(const VerifiedTokenCache::Key& key) {
    return cache_.find(key, clock_.monotonic_ms());
  }

  // `key`: VerifiedTokenCache::key_of(token).
  http::Outcome<http::CallerPtr> authenticate(const Secret& token, const VerifiedTokenCache::Key& key,
                                              const RequestScope& scope);
  http::Outcome<TokenDescription> describe(const Secret& token, const RequestScope& scope);

 private:
  http::Outcome<http::CallerPtr> by_session(const toolkit::VerifiedJwt& jwt, const RequestScope& scope);
  http::Outcome<http::CallerPtr> by_account(const std::string& provider, const Authenticated& verified,
                                            std::int64_t began_ms, const RequestScope& scope);
  // Whether the user of that account may go on with this token.
  http::Outcome<Done> check_user(const store::User& user, const std::string& provider,
                                 const Authenticated& verified) const;
  http::Problem revoked_by(const std::string& provider) const;
  // The first provider that has something to say; a problem when it is no, or nobody has.
  http::Outcome<std::pair<std::string, Authenticated>> ask_providers(const Secret& token,
                                                                     const RequestScope& scope);

  Store& store_;
  const ProviderDirectory& providers_;
  const AccessTokens& access_tokens_;
  AccountDirectory& accounts_;
  VerifiedTokenCache& cache_;
  const runtime::Clock& clock_;
  const TokenIssuer issuer_;
};

}  // namespace gateway::auth
