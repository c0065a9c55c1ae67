#include <array>

#include <gateway/toolkit/base64url.hpp>

#include "postgres_store.hpp"

namespace gateway::postgres {

using store::CodeState;

namespace {

const Statement kPut{"codes.put", R"sql(
INSERT INTO codes (scope, purpose, target, digest, payload, expires_at_ms, attempts_left)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (scope, purpose, target) DO UPDATE
SET digest = excluded.digest, payload = excluded.payload, expires_at_ms = excluded.expires_at_ms,
    attempts_left = excluded.attempts_left, used = false)sql"};

// $6 is random: the digests are compared by their hashes with it, so that how long the comparison takes says
// nothing about them. The update takes the row as it was locked.
const Statement kConsume{"codes.consume", R"sql(
WITH c AS MATERIALIZED (
  SELECT *, sha256(convert_to(digest || $6::text, 'UTF8')) = sha256(convert_to($4::text || $6::text, 'UTF8')) AS matches
  FROM codes WHERE scope = $1 AND purpose = $2 AND target = $3 FOR UPDATE),
tried AS (
  UPDATE codes SET attempts_left = codes.attempts_left - 1, used = c.matches
  FROM c WHERE codes.scope = c.scope AND codes.purpose = c.purpose AND codes.target = c.target
    AND NOT c.used AND $5::bigint < c.expires_at_ms AND c.attempts_left > 0)
SELECT used, $5::bigint >= expires_at_ms, attempts_left, matches, payload FROM c)sql"};

}  // namespace

Result<Empty> PostgresStore::put_code(const store::PutCode& request, const CallContext& context) {
  if (request.max_attempts < 1) return invalid("max_attempts must be at least 1");
  Parameters parameters;
  parameters.add(request.scope).add(request.purpose).add(request.target).add(request.digest);
  parameters.add(request.payload).add(request.expires_at_ms).add(request.max_attempts);
  const auto rows = database_.run(kPut, parameters, context);
  if (!rows) return rows.error().error;
  return Empty{};
}

Result<store::CodeOutcome> PostgresStore::consume_code(const store::ConsumeCode& request,
                                                       const CallContext& context) {
  std::array<char, 24> nonce{};
  if (!host_.random(nonce.data(), nonce.size())) return unavailable("no randomness for comparing a code");
  Parameters parameters;
  parameters.add(request.scope).add(request.purpose).add(request.target).add(request.digest);
  parameters.add(request.now_ms).add(toolkit::base64url_encode({nonce.data(), nonce.size()}));
  const auto rows = database_.run(kConsume, parameters, context);
  if (!rows) return rows.error().error;
  if (rows->empty()) return store::CodeOutcome{CodeState::Unknown, 0, ""};
  if (rows->flag(0, 0)) return store::CodeOutcome{CodeState::AlreadyUsed, 0, ""};
  if (rows->flag(0, 1)) return store::CodeOutcome{CodeState::Expired, 0, ""};
  const std::int64_t attempts = rows->number(0, 2);
  if (attempts == 0) return store::CodeOutcome{CodeState::Exhausted, 0, ""};
  if (!rows->flag(0, 3)) return store::CodeOutcome{CodeState::Wrong, attempts - 1, ""};
  return store::CodeOutcome{CodeState::Accepted, attempts - 1, std::string(rows->text(0, 4))};
}

}  // namespace gateway::postgres
