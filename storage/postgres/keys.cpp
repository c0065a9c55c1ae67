#include "postgres_store.hpp"

namespace gateway::postgres {

using store::Key;

namespace {

const Statement kList{"keys.list", R"sql(
SELECT id, purpose, algorithm, material, created_at_ms, signs_from_ms, verifies_until_ms
FROM gateway_keys WHERE purpose = $1 ORDER BY seq)sql"};

// Two that add at once both see the same newest key; the chain's unique constraint lets one of them follow
// it.
const Statement kAdd{"keys.add", R"sql(
WITH added AS (
  INSERT INTO gateway_keys (purpose, id, follows, algorithm, material, created_at_ms, signs_from_ms, verifies_until_ms)
  SELECT $2, $1, $8, $3, $4, $5, $6, $7
  WHERE $8::text = coalesce((SELECT newest.id FROM gateway_keys newest WHERE newest.purpose = $2
                             ORDER BY newest.seq DESC LIMIT 1), '')
  ON CONFLICT (purpose, follows) DO NOTHING RETURNING purpose),
ended AS (
  UPDATE gateway_keys k SET verifies_until_ms = $9 FROM added
  WHERE k.purpose = added.purpose AND k.verifies_until_ms = 0)
SELECT 1 FROM added)sql"};

const Statement kReplaceMaterial{"keys.replace_material", R"sql(
UPDATE gateway_keys SET material = $4 WHERE purpose = $1 AND id = $2 AND material = $3 RETURNING 1)sql"};

}  // namespace

Result<store::KeyList> PostgresStore::list_keys(const store::ListKeys& request, const CallContext& context) {
  const auto rows = database_.run(kList, Parameters().add(request.purpose), context);
  if (!rows) return rows.error().error;
  store::KeyList list;
  for (int row = 0; row < rows->count(); ++row) {
    Key key;
    key.id = rows->text(row, 0);
    key.purpose = rows->text(row, 1);
    key.algorithm = rows->text(row, 2);
    key.material = Secret(std::string(rows->text(row, 3)));
    key.created_at_ms = rows->number(row, 4);
    key.signs_from_ms = rows->number(row, 5);
    key.verifies_until_ms = rows->number(row, 6);
    list.keys.push_back(std::move(key));
  }
  return list;
}

Result<store::AddKey::Reply> PostgresStore::add_key(const store::AddKey& request,
                                                    const CallContext& context) {
  const Key& key = request.key;
  Parameters parameters;
  parameters.add(key.id).add(key.purpose).add(key.algorithm).add(key.material.reveal());
  parameters.add(key.created_at_ms).add(key.signs_from_ms).add(key.verifies_until_ms);
  parameters.add(request.expected_newest_id).add(request.predecessors_until_ms);
  const auto rows = database_.run(kAdd, parameters, context);
  if (!rows) {
    if (rows.error().constraint == "gateway_keys_pkey") return invalid("a key of that id exists");
    return rows.error().error;
  }
  if (rows->empty()) return {store::Stale{}};
  return {store::Stored{}};
}

Result<store::ReplaceKeyMaterial::Reply> PostgresStore::replace_key_material(
    const store::ReplaceKeyMaterial& request, const CallContext& context) {
  Parameters parameters;
  parameters.add(request.purpose).add(request.id);
  parameters.add(request.expected_material.reveal()).add(request.material.reveal());
  const auto rows = database_.run(kReplaceMaterial, parameters, context);
  if (!rows) return rows.error().error;
  if (rows->empty()) return {store::Stale{}};
  return {store::Stored{}};
}

}  // namespace gateway::postgres
