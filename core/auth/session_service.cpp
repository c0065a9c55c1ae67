#include "core/auth/session_service.hpp"

#include <utility>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/sha256.hpp>

#include "core/auth/ids.hpp"
#include "core/auth/problems.hpp"

namespace gateway::auth {

namespace {

using http::ErrorCode;
using http::Problem;

constexpr std::size_t kRefreshTokenLength = 43;  // 32 bytes in base64url

std::string digest_of(const Secret& token) {
  return toolkit::base64url_encode(toolkit::view_of(toolkit::sha256(token.reveal())));
}

// A client refreshes far less often than this within the grace time.
constexpr int kMaxGenerationsInGrace = 32;

Secret successor_of(const Secret& token, const Secret& refresh_key) {
  const auto mac = toolkit::hmac_sha256(refresh_key.reveal(), token.reveal());
  return Secret(toolkit::base64url_encode(toolkit::view_of(mac)));
}

// From a token to the one of its successors that has this digest.
std::optional<Secret> follow(Secret token, std::string_view digest, const Secret& refresh_key) {
  for (int i = 0; i < kMaxGenerationsInGrace; ++i) {
    if (digest_of(token) == digest) return token;
    token = successor_of(token, refresh_key);
  }
  return std::nullopt;
}

}  // namespace

SessionService::SessionService(Store& store, const KeyRing& keys, const AccessTokens& access_tokens,
                               VerifiedTokenCache& cache, const runtime::Clock& clock,
                               runtime::Random& random, AuditLog& audit, runtime::Logger& logger,
                               const TokenOptions& options)
    : store_(store),
      keys_(keys),
      access_tokens_(access_tokens),
      cache_(cache),
      clock_(clock),
      random_(random),
      audit_(audit),
      logger_(logger),
      options_(options) {}

http::Outcome<TokenSet> SessionService::open(const store::User& user, const store::Identity& identity,
                                             std::int64_t authenticated_at_ms, const RequestScope& scope) {
  auto id = new_random_id(random_);
  auto token = new_opaque_token(random_);
  if (!id || !token) return Problem(ErrorCode::InternalError);
  store::OpenSession open;
  open.session.id = std::move(*id);
  open.session.user_id = user.id;
  open.session.provider = identity.provider;
  open.session.subject = identity.subject;
  open.session.created_at_ms = clock_.wall_ms();
  open.session.expires_at_ms = open.session.created_at_ms + options_.session_lifetime_s * 1000;
  open.session.idle_expires_at_ms = open.session.created_at_ms + options_.session_idle_lifetime_s * 1000;
  open.token_digest = digest_of(*token);
  open.authenticated_at_ms = authenticated_at_ms;
  open.max_per_user = options_.max_sessions_per_user;
  const auto answer = store_.open_session(open, scope.call);
  if (!answer) return storage_problem(answer.error());
  if (std::holds_alternative<store::Stale>(*answer)) return Problem(ErrorCode::InvalidCredentials);
  const auto* opened = std::get_if<store::SessionOpened>(&*answer);
  if (opened == nullptr) return Problem(ErrorCode::InternalError);
  forget(opened->displaced);
  auto access = access_tokens_.issue(user, open.session);
  if (!access) return storage_problem(access.error());
  return TokenSet{std::move(access->text), std::move(*token), access->expires_in_s};
}

http::Outcome<TokenSet> SessionService::refresh(const Secret& refresh_token, const RequestScope& scope) {
  const auto keys = keys_.snapshot();
  if (keys == nullptr) return storage_problem(unavailable("no keys yet"));
  if (refresh_token.reveal().size() != kRefreshTokenLength) return Problem(ErrorCode::InvalidToken);
  Secret successor = successor_of(refresh_token, keys->refresh_key);
  store::RotateSession rotate;
  rotate.token_digest = digest_of(refresh_token);
  rotate.successor_digest = digest_of(successor);
  rotate.now_ms = clock_.wall_ms();
  rotate.grace_ms = options_.refresh_grace_s * 1000;
  rotate.idle_lifetime_ms = options_.session_idle_lifetime_s * 1000;
  const auto rotated = store_.rotate_session(rotate, scope.call);
  if (!rotated) return storage_problem(rotated.error());
  if (const auto* done = std::get_if<store::Rotated>(&*rotated))
    return issue(done->session, std::move(successor), scope);
  if (const auto* again = std::get_if<store::Repeated>(&*rotated)) {
    auto current = follow(std::move(successor), again->current_digest, keys->refresh_key);
    if (!current) return Problem(ErrorCode::InvalidToken);
    return issue(again->session, std::move(*current), scope);
  }
  if (const auto* reused = std::get_if<store::Reused>(&*rotated)) {
    cache_.revoke_session(reused->session.id);
    note_reuse(reused->session, rotate.now_ms, scope);
  }
  return Problem(ErrorCode::InvalidToken);
}

// The other instances hear of them from the storage. All in one walk through the cache.
void SessionService::forget(const std::vector<std::string>& session_ids) {
  if (session_ids.empty()) return;
  std::vector<store::Revocation> events(session_ids.size());
  for (std::size_t i = 0; i < session_ids.size(); ++i)
    events[i].session_id = session_ids[i];
  cache_.revoke(events);
}

void SessionService::note_reuse(const store::Session& session, std::int64_t now_ms,
                                const RequestScope& scope) {
  logger_.write(LogLevel::Warning, "auth", "refresh token reused; its session has been revoked",
                {{"user_id", std::string_view(session.user_id)},
                 {"client_address", scope.client_address},
                 {"request_id", scope.call.request_id}});
  // Once for a family: whoever goes on with its tokens must not fill the audit log.
  if (session.revoked_at_ms == now_ms)
    audit_.record("refresh_token.reused", session.user_id, {}, scope,
                  audit_detail({{"session", session.id}}));
}

http::Outcome<TokenSet> SessionService::issue(const store::Session& session, Secret refresh_token,
                                              const RequestScope& scope) {
  // The user as it is now: the new access token must not carry yesterday's type or outlive a suspension.
  const auto found = store_.get_user({session.user_id}, scope.call);
  if (!found) return storage_problem(found.error());
  if (!found->user || found->user->status == store::UserStatus::Deleted)
    return Problem(ErrorCode::InvalidToken);
  if (found->user->status != store::UserStatus::Active) return Problem(ErrorCode::UserDisabled);
  auto access = access_tokens_.issue(*found->user, session);
  if (!access) return storage_problem(access.error());
  return TokenSet{std::move(access->text), std::move(refresh_token), access->expires_in_s};
}

http::Outcome<Done> SessionService::revoke(const store::RevokeSessions& which, const RequestScope& scope) {
  const auto revoked = store_.revoke_sessions(which, scope.call);
  if (!revoked) return storage_problem(revoked.error());
  return Done{};
}

http::Outcome<Done> SessionService::revoke_session(const std::string& session_id, const RequestScope& scope) {
  store::RevokeSessions which;
  which.id = session_id;
  which.now_ms = clock_.wall_ms();
  auto done = revoke(which, scope);
  // After the store: a verification that runs meanwhile either sees the revocation or is dropped by the
  // epoch.
  cache_.revoke_session(session_id);
  return done;
}

http::Outcome<Done> SessionService::revoke_user(const std::string& user_id, const RequestScope& scope) {
  return end_before(user_id, clock_.wall_ms(), scope);
}

http::Outcome<Done> SessionService::end_before(const std::string& user_id, std::int64_t at_ms,
                                               const RequestScope& scope) {
  store::RevokeSessions which;
  which.user_id = user_id;
  which.now_ms = at_ms;
  auto done = revoke(which, scope);
  cache_.revoke_user(user_id);
  return done;
}

}  // namespace gateway::auth
