#include "postgres_store.hpp"

namespace gateway::postgres {

namespace {

constexpr std::size_t kMaxKeyBytes = 256;
constexpr std::size_t kMaxValueBytes = 1U << 20;

const Statement kPut{"records.put", R"sql(
INSERT INTO records (scope, key, value, expires_at_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (scope, key) DO UPDATE SET value = excluded.value, expires_at_ms = excluded.expires_at_ms)sql"};
const Statement kGet{"records.get", R"sql(
SELECT value FROM records WHERE scope = $1 AND key = $2 AND (expires_at_ms IS NULL OR $3 < expires_at_ms))sql"};
const Statement kDelete{"records.delete", "DELETE FROM records WHERE scope = $1 AND key = $2"};

}  // namespace

Result<Empty> PostgresStore::put_record(const store::PutRecord& request, const CallContext& context) {
  if (request.key.size() > kMaxKeyBytes || request.value.size() > kMaxValueBytes)
    return invalid("the record's key or value is longer than its bound");
  Parameters parameters;
  parameters.add(request.scope).add(request.key).add(request.value).add(request.expires_at_ms);
  const auto rows = database_.run(kPut, parameters, context);
  if (!rows) return rows.error().error;
  return Empty{};
}

Result<store::MaybeRecord> PostgresStore::get_record(const store::GetRecord& request,
                                                     const CallContext& context) {
  const auto rows =
      database_.run(kGet, Parameters().add(request.scope).add(request.key).add(request.now_ms), context);
  if (!rows) return rows.error().error;
  if (rows->empty()) return store::MaybeRecord{};
  return store::MaybeRecord{rows->maybe_text(0, 0)};
}

Result<Empty> PostgresStore::delete_record(const store::DeleteRecord& request, const CallContext& context) {
  const auto rows = database_.run(kDelete, Parameters().add(request.scope).add(request.key), context);
  if (!rows) return rows.error().error;
  return Empty{};
}

}  // namespace gateway::postgres
