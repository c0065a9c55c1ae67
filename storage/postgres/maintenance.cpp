// What keeps the store going: its start, its probe, pruning, and the doors to migrator and feed.
#include "postgres_store.hpp"

namespace gateway::postgres {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
static_assert(store::kEndedApiKeyKeptMs == 2'592'000'000, "store.prune says it again");

const Statement kProbe{"store.probe", "SELECT current_setting('transaction_read_only') = 'on'"};

// $1 now, $2 how many rows, $3 the time before which audit events go. One instance at a time does it; whoever
// comes while another does has nothing to do. Rows that somebody works on are left for the next time. By
// ctid, of rows that are locked here (those of the audit are not, which the service may not change and nobody
// does): a join by key would read the tables whole where the limit is not known. Deleted users stay, and with
// them which identities they had.
const Statement kPrune{"store.prune", R"sql(
WITH turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(7595434480233312600) AS is_ours),
gone_sessions AS (DELETE FROM sessions WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM sessions WHERE (SELECT is_ours FROM turn) AND least(expires_at_ms, idle_expires_at_ms) < $1
  ORDER BY least(expires_at_ms, idle_expires_at_ms) LIMIT $2::bigint FOR UPDATE SKIP LOCKED)) RETURNING 1),
gone_codes AS (DELETE FROM codes WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM codes WHERE (SELECT is_ours FROM turn) AND expires_at_ms < $1
  ORDER BY expires_at_ms LIMIT $2::bigint - (SELECT count(*) FROM gone_sessions) FOR UPDATE SKIP LOCKED)) RETURNING 1),
gone_records AS (DELETE FROM records WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM records WHERE (SELECT is_ours FROM turn) AND expires_at_ms < $1 ORDER BY expires_at_ms
  LIMIT $2::bigint - (SELECT count(*) FROM gone_sessions) - (SELECT count(*) FROM gone_codes)
  FOR UPDATE SKIP LOCKED)) RETURNING 1),
gone_keys AS (DELETE FROM api_keys WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM api_keys WHERE (SELECT is_ours FROM turn) AND least(expires_at_ms, revoked_at_ms) < $1 - 2592000000
  ORDER BY least(expires_at_ms, revoked_at_ms)
  LIMIT $2::bigint - (SELECT count(*) FROM gone_sessions) - (SELECT count(*) FROM gone_codes)
    - (SELECT count(*) FROM gone_records)
  FOR UPDATE SKIP LOCKED)) RETURNING 1),
gone_events AS (DELETE FROM audit_events WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM audit_events WHERE (SELECT is_ours FROM turn) AND at_ms < $3::bigint
  ORDER BY at_ms, seq LIMIT $2::bigint))),
gone_revocations AS (DELETE FROM revocations WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM revocations WHERE (SELECT is_ours FROM turn) AND at < now() - interval '70 minutes'
  ORDER BY at LIMIT 10000 FOR UPDATE SKIP LOCKED)))
SELECT (SELECT count(*) FROM gone_sessions) + (SELECT count(*) FROM gone_codes) + (SELECT count(*) FROM gone_records)
  + (SELECT count(*) FROM gone_keys))sql"};

}  // namespace

PostgresStore::PostgresStore(const Host& host, const PluginConfig& config)
    : host_(host),
      settings_(ConnectionSettings::from(config)),
      database_(host_, settings_),
      migrator_(host_, settings_),
      feed_(host_, settings_, database_) {}

Result<Done> PostgresStore::start() {
  for (const std::string& warning : settings_.warnings())
    host_.log(LogLevel::Warning, warning);
  const Deadline deadline = Deadline::in_ms(settings_.connect_timeout_ms);
  database_.pool().start();
  auto lease = database_.pool().acquire(deadline);
  if (!lease) return lease.error();
  return migrator_.require_current(**lease, deadline);
}

void PostgresStore::stop() noexcept {
  feed_.stop();
  database_.pool().stop();
}

Result<Empty> PostgresStore::probe(const store::ProbeStore&, const CallContext& context) {
  const auto rows = database_.run(kProbe, Parameters(), context);
  if (!rows) return rows.error().error;
  if (!rows->flag(0, 0)) return Empty{};
  host_.log(LogLevel::Warning, "the database has become read-only: all connections are dropped");
  database_.pool().drop_all();
  return unavailable("the database is read-only", kRetryAfterMs);
}

Result<store::Pruned> PostgresStore::prune(const store::Prune& request, const CallContext& context) {
  if (request.limit < 1) return invalid("limit out of range");
  Parameters parameters;
  parameters.add(request.now_ms).add(request.limit);
  if (settings_.audit_retention_days > 0) {
    parameters.add(request.now_ms - settings_.audit_retention_days * kDayMs);
  } else {
    parameters.add_null();
  }
  const auto rows = database_.run(kPrune, parameters, context);
  if (!rows) return rows.error().error;
  return store::Pruned{rows->number(0, 0)};
}

Result<store::SchemaState> PostgresStore::migrate(const store::MigrateStore& request,
                                                  const CallContext& context) {
  return migrator_.run(request, Deadline::of(context, host_));
}

Result<store::Revocations> PostgresStore::wait_revocations(const store::WaitRevocations& request,
                                                           const CallContext& context) {
  return feed_.wait(request, Deadline::of(context, host_));
}

}  // namespace gateway::postgres
