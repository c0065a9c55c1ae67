#include <limits>
#include <utility>

#include "postgres_store.hpp"

namespace gateway::postgres {

using store::ApiKey;

namespace {

constexpr std::int64_t kMaxKeyPage = 1000;
constexpr std::size_t kMaxKeyDigestBytes = 100;

const Statement kCreateKey{"api_keys.create", R"sql(
INSERT INTO api_keys (id, name, scopes, digest, created_by, created_at_ms, expires_at_ms, revoked_at_ms, last_used_at_ms)
VALUES ($1, $2, $3::json, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING RETURNING 1)sql"};

constexpr const char* kSelectKeys =
    "SELECT id, name, scopes, created_by, created_at_ms, expires_at_ms, revoked_at_ms, last_used_at_ms, "
    "digest "
    "FROM api_keys ";
const Statement kFindKey{"api_keys.find", std::string(kSelectKeys) + "WHERE id = $1"};

// The first condition says part of what the second does, and is one that an index can begin at.
const Statement kListKeys{"api_keys.list",
                          std::string(kSelectKeys) +
                              "WHERE created_at_ms <= $1 AND (created_at_ms < $1 OR id > $2) "
                              "ORDER BY created_at_ms DESC, id LIMIT $3::bigint"};

// Of two that revoke at once the second sees, once it has the row, that it is done.
const Statement kRevokeKey{"api_keys.revoke", R"sql(
WITH found AS MATERIALIZED (SELECT id, revoked_at_ms FROM api_keys WHERE id = $1 FOR UPDATE),
ended AS (
  UPDATE api_keys SET revoked_at_ms = $2 FROM found
  WHERE api_keys.id = found.id AND found.revoked_at_ms IS NULL RETURNING api_keys.id),
told AS (INSERT INTO revocations (api_key_id) SELECT id FROM ended)
SELECT 1 FROM found)sql"};

// Locked in the order of their ids, so that instances that note the same keys wait for each other in turn.
// Looked up one by one: the server, which does not know how few they are, would join the whole table.
const Statement kNoteKeyUses{"api_keys.note_uses", R"sql(
WITH used AS MATERIALIZED (
  SELECT DISTINCT ON (id) id, at_ms FROM jsonb_to_recordset($1::jsonb -> 'uses') AS u (id text COLLATE "C", at_ms bigint)
  ORDER BY id, at_ms DESC),
news AS MATERIALIZED (
  SELECT k.id, used.at_ms FROM used CROSS JOIN LATERAL (
    SELECT id FROM api_keys WHERE api_keys.id = used.id
      AND (last_used_at_ms IS NULL OR used.at_ms - last_used_at_ms >= $2::bigint) FOR UPDATE) k)
UPDATE api_keys SET last_used_at_ms = (SELECT at_ms FROM news WHERE news.id = api_keys.id)
WHERE id = ANY (ARRAY(SELECT id FROM news)))sql"};

struct ScopeList {
  std::vector<std::string> scopes;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("scopes", self.scopes);
  }
};

Result<ApiKey> key_in(const Rows& rows, int row) {
  auto list = decode<ScopeList>(rows.text(row, 2));
  if (!list) return list.error();
  ApiKey key;
  key.id = rows.text(row, 0);
  key.name = rows.text(row, 1);
  key.scopes = std::move(list->scopes);
  key.created_by = rows.text(row, 3);
  key.created_at_ms = rows.number(row, 4);
  key.expires_at_ms = rows.maybe_number(row, 5);
  key.revoked_at_ms = rows.maybe_number(row, 6);
  key.last_used_at_ms = rows.maybe_number(row, 7);
  return key;
}

}  // namespace

Result<store::CreateApiKey::Reply> PostgresStore::create_api_key(const store::CreateApiKey& request,
                                                                 const CallContext& context) {
  const ApiKey& key = request.key;
  if (!store::fits(key) || request.digest.empty() || request.digest.size() > kMaxKeyDigestBytes)
    return invalid("a text of the API key is longer than its bound, or empty");
  Parameters parameters;
  parameters.add(key.id).add(key.name).add(encode(ScopeList{key.scopes})).add(request.digest);
  parameters.add(key.created_by).add(key.created_at_ms).add(key.expires_at_ms);
  parameters.add(key.revoked_at_ms).add(key.last_used_at_ms);
  const auto rows = database_.run(kCreateKey, parameters, context);
  if (!rows) return rows.error().error;
  if (rows->empty()) return {store::Conflict{"id"}};
  return {store::Stored{}};
}

Result<store::MaybeApiKey> PostgresStore::find_api_key(const store::FindApiKey& request,
                                                       const CallContext& context) {
  const auto rows = database_.run(kFindKey, Parameters().add(request.id), context);
  if (!rows) return rows.error().error;
  if (rows->empty()) return store::MaybeApiKey{};
  auto key = key_in(*rows, 0);
  if (!key) return key.error();
  return store::MaybeApiKey{*std::move(key), std::string(rows->text(0, 8))};
}

Result<store::ApiKeyList> PostgresStore::list_api_keys(const store::ListApiKeys& request,
                                                       const CallContext& context) {
  if (request.limit < 1 || request.limit > kMaxKeyPage) return invalid("limit out of range");
  const store::ApiKeyPlace first{std::numeric_limits<std::int64_t>::max(), ""};
  const store::ApiKeyPlace& after = request.after ? *request.after : first;
  const auto rows = database_.run(
      kListKeys, Parameters().add(after.created_at_ms).add(after.id).add(request.limit), context);
  if (!rows) return rows.error().error;
  store::ApiKeyList list;
  for (int row = 0; row < rows->count(); ++row) {
    auto key = key_in(*rows, row);
    if (!key) return key.error();
    list.keys.push_back(*std::move(key));
  }
  return list;
}

Result<store::RevokeApiKey::Reply> PostgresStore::revoke_api_key(const store::RevokeApiKey& request,
                                                                 const CallContext& context) {
  const auto rows = database_.run(kRevokeKey, Parameters().add(request.id).add(request.now_ms), context);
  if (!rows) return rows.error().error;
  if (rows->empty()) return {store::NotFound{}};
  return {store::Stored{}};
}

Result<Empty> PostgresStore::note_api_key_uses(const store::NoteApiKeyUses& request,
                                               const CallContext& context) {
  if (request.uses.size() > store::kMaxApiKeyUses) return invalid("too many uses at once");
  if (request.uses.empty()) return Empty{};
  const auto rows =
      database_.run(kNoteKeyUses, Parameters().add(encode(request)).add(store::kApiKeyUseStepMs), context);
  if (!rows) return rows.error().error;
  return Empty{};
}

}  // namespace gateway::postgres
