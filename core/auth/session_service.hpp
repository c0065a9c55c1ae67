// SessionService: sessions and their refresh tokens (RFC 9700, section 4.14).
//
// A refresh token is 256 opaque bits; storage holds digests only. The successor of a token is derived from it
// with the refresh key, so N concurrent uses, on any instance, and a retry after a lost answer all get the
// same successor, and none of them logs the person out. Use of a token that is not the current one, outside
// the grace time, revokes the session. Thread safety: all members from any thread; they block on storage:
// worker only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gateway/store.hpp>

#include "core/auth/access_tokens.hpp"
#include "core/auth/audit_log.hpp"
#include "core/auth/request_scope.hpp"
#include "core/auth/verified_token_cache.hpp"
#include "core/http/problem.hpp"

namespace gateway::auth {

struct TokenSet {
  Secret access_token;
  Secret refresh_token;
  std::int64_t expires_in_s = 0;
};

class SessionService {
 public:
  SessionService(Store& store, const KeyRing& keys, const AccessTokens& access_tokens,
                 VerifiedTokenCache& cache, const runtime::Clock& clock, runtime::Random& random,
                 AuditLog& audit, runtime::Logger& logger, const TokenOptions& options);

  // authenticated_at_ms: when the check of the credentials began, on the wall clock. InvalidCredentials where
  // all of the user's sessions have been ended since. Sessions that have to give way to it are over when it
  // is answered.
  http::Outcome<TokenSet> open(const store::User& user, const store::Identity& identity,
                               std::int64_t authenticated_at_ms, const RequestScope& scope);
  http::Outcome<TokenSet> refresh(const Secret& refresh_token, const RequestScope& scope);

  http::Outcome<Done> revoke_session(const std::string& session_id, const RequestScope& scope);
  http::Outcome<Done> revoke_user(const std::string& user_id, const RequestScope& scope);
  // All of the user's sessions, and the provider's tokens from before at_ms: a sign-in from after it goes on.
  http::Outcome<Done> end_before(const std::string& user_id, std::int64_t at_ms, const RequestScope& scope);

 private:
  http::Outcome<TokenSet> issue(const store::Session& session, Secret refresh_token,
                                const RequestScope& scope);
  void forget(const std::vector<std::string>& session_ids);
  void note_reuse(const store::Session& session, std::int64_t now_ms, const RequestScope& scope);
  http::Outcome<Done> revoke(const store::RevokeSessions& which, const RequestScope& scope);

  Store& store_;
  const KeyRing& keys_;
  const AccessTokens& access_tokens_;
  VerifiedTokenCache& cache_;
  const runtime::Clock& clock_;
  runtime::Random& random_;
  AuditLog& audit_;
  runtime::Logger& logger_;
  const TokenOptions options_;
};

}  // namespace gateway::auth
