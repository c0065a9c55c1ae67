#include <limits>
#include <utility>

#include "postgres_store.hpp"
#include "rows.hpp"

namespace gateway::postgres {

using store::Conflict;
using store::Session;

namespace {

// What one family may grow to; then it ends, as an expired one does.
constexpr std::int64_t kMaxGenerations = 10'000;

// $10 when the check began, $11 how many sessions a user may have. The owner's row is locked against the
// statements that end all of its sessions: whichever comes first, the other one sees it. No row: there is no
// such owner, or no longer; else one for each session that gave way, or one without any.
const Statement kOpen{"sessions.open", R"sql(
WITH owner AS MATERIALIZED (
  SELECT id FROM users WHERE id = $2 AND ($10::bigint IS NULL OR coalesce(sessions_ended_at_ms < $10, true))
  FOR SHARE),
surplus AS (
  DELETE FROM sessions WHERE ctid = ANY (ARRAY(
    SELECT s.ctid FROM sessions s WHERE s.user_id = (SELECT id FROM owner) AND $11::bigint IS NOT NULL
    ORDER BY s.revoked_at_ms IS NOT NULL OR $5 >= least(s.expires_at_ms, s.idle_expires_at_ms), s.created_at_ms DESC, s.id
    OFFSET $11::bigint - 1 FOR UPDATE SKIP LOCKED))
  RETURNING id, revoked_at_ms),
displaced AS (SELECT id FROM surplus WHERE surplus.revoked_at_ms IS NULL),
told AS (INSERT INTO revocations (session_id) SELECT id FROM displaced),
made AS (
  INSERT INTO sessions (id, user_id, provider, subject, created_at_ms, expires_at_ms, idle_expires_at_ms, revoked_at_ms,
                        current_digest)
  SELECT $1, owner.id, $3, $4, $5, $6, $7, $8, $9 FROM owner RETURNING id, current_digest),
kept AS (INSERT INTO session_tokens (digest, session_id) SELECT current_digest, id FROM made RETURNING 1)
SELECT displaced.id FROM kept LEFT JOIN displaced ON true)sql"};

// $1 token, $2 successor, $3 now, $4 grace, $5 the new idle end, $6 the bound on generations.
// All that is decided is decided on the rows `t` and `s` as they are once they are locked, the token before
// its session; the updates take them by join, so that they too see those rows and not the ones of the
// statement's snapshot.
const Statement kRotate{
    "sessions.rotate",
    R"sql(
WITH t AS MATERIALIZED (
  SELECT session_id, successor_digest, rotated_at_ms FROM session_tokens WHERE digest = $1 FOR UPDATE),
s AS MATERIALIZED (
  SELECT se.*, t.successor_digest IS NULL AS is_current,
    se.revoked_at_ms IS NULL AND coalesce(t.successor_digest = $2, false)
      AND $3::bigint - $4::bigint <= t.rotated_at_ms AS is_retry
  FROM sessions se JOIN t ON se.id = t.session_id FOR UPDATE OF se),
alive AS MATERIALIZED (SELECT * FROM s WHERE $3 < least(expires_at_ms, idle_expires_at_ms)),
rotated AS (
  UPDATE sessions x SET current_digest = $2, idle_expires_at_ms = $5, generation = x.generation + 1
  FROM alive WHERE x.id = alive.id AND alive.is_current AND alive.revoked_at_ms IS NULL AND alive.generation < $6
  RETURNING x.*),
followed AS (
  UPDATE session_tokens SET successor_digest = $2, rotated_at_ms = $3 FROM rotated WHERE digest = $1),
kept AS (INSERT INTO session_tokens (digest, session_id) SELECT $2, id FROM rotated),
reused AS (
  UPDATE sessions x SET revoked_at_ms = $3
  FROM alive WHERE x.id = alive.id AND NOT alive.is_current AND NOT alive.is_retry AND alive.revoked_at_ms IS NULL
  RETURNING x.id),
told AS (INSERT INTO revocations (session_id) SELECT id FROM reused)
SELECT 'rotated', )sql" +
        session_columns("rotated") +
        ", current_digest FROM rotated UNION ALL SELECT CASE WHEN is_retry THEN 'repeated' ELSE 'reused' "
        "END, " +
        "id, user_id, provider, subject, created_at_ms, expires_at_ms, idle_expires_at_ms, " +
        "CASE WHEN is_retry THEN revoked_at_ms ELSE coalesce(revoked_at_ms, $3) END, current_digest " +
        "FROM alive WHERE NOT is_current"};

const Statement kResolve{"sessions.resolve",
                         "SELECT u.id, u.email, u.user_type, u.status, " + session_columns("s") + R"sql(
FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1)sql"};

const Statement kRevokeOne{"sessions.revoke_one", R"sql(
WITH revoked AS (UPDATE sessions SET revoked_at_ms = $2 WHERE id = $1 AND revoked_at_ms IS NULL RETURNING id),
told AS (INSERT INTO revocations (session_id) SELECT id FROM revoked)
SELECT count(*) FROM revoked)sql"};

// Before either of the next two, in one transaction with it: a session that is being opened is seen, or sees
// this.
const Statement kEndAll{"sessions.end_all", R"sql(
UPDATE users SET sessions_ended_at_ms = greatest(sessions_ended_at_ms, $2) WHERE id = $1)sql"};

// Told where there was no session as well: a provider's tokens, which are none of these, end with them.
const Statement kRevokeAll{"sessions.revoke_all", R"sql(
WITH revoked AS (UPDATE sessions SET revoked_at_ms = $2 WHERE user_id = $1 AND revoked_at_ms IS NULL RETURNING id),
told AS (INSERT INTO revocations (user_id) SELECT id FROM users WHERE id = $1)
SELECT count(*) FROM revoked)sql"};

// One event for each: an event about the user would tell of the excepted session as well.
const Statement kRevokeOthers{"sessions.revoke_others", R"sql(
WITH revoked AS (UPDATE sessions SET revoked_at_ms = $2
                 WHERE user_id = $1 AND id <> $3 AND revoked_at_ms IS NULL RETURNING id),
told AS (INSERT INTO revocations (session_id) SELECT id FROM revoked)
SELECT count(*) FROM revoked)sql"};

std::int64_t add_saturated(std::int64_t a, std::int64_t b) {  // both are not negative
  return a > std::numeric_limits<std::int64_t>::max() - b ? std::numeric_limits<std::int64_t>::max() : a + b;
}

}  // namespace

Result<store::OpenSession::Reply> PostgresStore::open_session(const store::OpenSession& request,
                                                              const CallContext& context) {
  if (request.max_per_user && *request.max_per_user < 1) return invalid("max_per_user is less than 1");
  const Session& session = request.session;
  Parameters parameters;
  parameters.add(session.id).add(session.user_id).add(session.provider).add(session.subject);
  parameters.add(session.created_at_ms).add(session.expires_at_ms).add(session.idle_expires_at_ms);
  parameters.add(session.revoked_at_ms).add(request.token_digest).add(request.authenticated_at_ms);
  parameters.add(request.max_per_user);
  const auto rows = database_.run(kOpen, parameters, context);
  if (rows && rows->empty()) return {store::Stale{}};
  if (rows) {
    store::SessionOpened opened;
    for (int row = 0; row < rows->count() && !rows->is_null(row, 0); ++row)
      opened.displaced.emplace_back(rows->text(row, 0));
    return {std::move(opened)};
  }
  if (rows.error().constraint == "sessions_pkey") return {Conflict{"id"}};
  if (rows.error().constraint == "session_tokens_pkey") return {Conflict{"token_digest"}};
  return rows.error().error;
}

Result<store::RotateSession::Reply> PostgresStore::rotate_session(const store::RotateSession& request,
                                                                  const CallContext& context) {
  if (request.now_ms < 0 || request.grace_ms < 0 || request.idle_lifetime_ms < 0)
    return invalid("a time of sessions.rotate is negative");
  Parameters parameters;
  parameters.add(request.token_digest)
      .add(request.successor_digest)
      .add(request.now_ms)
      .add(request.grace_ms);
  parameters.add(add_saturated(request.now_ms, request.idle_lifetime_ms)).add(kMaxGenerations);
  const auto rows = database_.run(kRotate, parameters, context);
  if (!rows) {
    if (rows.error().constraint == "session_tokens_pkey") return invalid("successor_digest is in use");
    return rows.error().error;
  }
  if (rows->empty()) return {store::NoSession{}};
  const std::string_view outcome = rows->text(0, 0);
  Session session = session_in(*rows, 0, 1);
  if (outcome == "rotated") return {store::Rotated{std::move(session)}};
  if (outcome == "repeated")
    return {store::Repeated{std::move(session), std::string(rows->text(0, 1 + kSessionColumns))}};
  return {store::Reused{std::move(session)}};
}

Result<store::ResolvedSession> PostgresStore::resolve_session(const store::ResolveSession& request,
                                                              const CallContext& context) {
  const auto rows = database_.run(kResolve, Parameters().add(request.id), context);
  if (!rows) return rows.error().error;
  if (rows->empty()) return store::ResolvedSession{};
  const auto status = parse_name<store::UserStatus>(rows->text(0, 3));
  if (!status) return unknown_status();
  store::SessionUser user{std::string(rows->text(0, 0)), rows->maybe_text(0, 1),
                          std::string(rows->text(0, 2)), *status};
  return store::ResolvedSession{session_in(*rows, 0, 4), std::move(user)};
}

Result<store::RevokedCount> PostgresStore::revoke_sessions(const store::RevokeSessions& request,
                                                           const CallContext& context) {
  if (request.id.has_value() == request.user_id.has_value())
    return invalid("sessions.revoke wants either an id or a user_id");
  if (request.id) {
    const auto rows = database_.run(kRevokeOne, Parameters().add(*request.id).add(request.now_ms), context);
    if (!rows) return rows.error().error;
    return store::RevokedCount{rows->number(0, 0)};
  }
  const Parameters end_all = std::move(Parameters().add(*request.user_id).add(request.now_ms));
  Parameters parameters;
  parameters.add(*request.user_id).add(request.now_ms);
  if (request.except_id) parameters.add(*request.except_id);
  const Statement& revoke = request.except_id ? kRevokeOthers : kRevokeAll;
  const auto answers = database_.run_together({{kEndAll, end_all}, {revoke, parameters}}, context);
  if (!answers) return answers.error().error;
  return store::RevokedCount{answers->back().number(0, 0)};
}

}  // namespace gateway::postgres
