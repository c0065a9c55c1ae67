#include <limits>

#include "postgres_store.hpp"

namespace gateway::postgres {

using store::AuditEvent;

namespace {

constexpr std::int64_t kMaxPage = 1000;

const Statement kAppend{"audit.append", R"sql(
INSERT INTO audit_events (id, at_ms, action, user_id, actor_id, client_address, request_id, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::json) ON CONFLICT (id) DO NOTHING)sql"};

constexpr const char* kSelect =
    "SELECT id, at_ms, action, user_id, actor_id, client_address, request_id, detail FROM audit_events "
    "WHERE at_ms < $1";
const Statement kList{"audit.list", std::string(kSelect) + " ORDER BY at_ms DESC, seq DESC LIMIT $2::bigint"};
const Statement kListOfUser{
    "audit.list_of_user",
    std::string(kSelect) + " AND user_id = $3 ORDER BY at_ms DESC, seq DESC LIMIT $2::bigint"};

}  // namespace

Result<Empty> PostgresStore::append_audit(const store::AppendAudit& request, const CallContext& context) {
  const AuditEvent& event = request.event;
  Parameters parameters;
  parameters.add(event.id).add(event.at_ms).add(event.action).add(event.user_id).add(event.actor_id);
  parameters.add(event.client_address).add(event.request_id).add(event.detail.text);
  const auto rows = database_.run(kAppend, parameters, context);
  if (!rows) return rows.error().error;
  return Empty{};
}

Result<store::AuditPage> PostgresStore::list_audit(const store::ListAudit& request,
                                                   const CallContext& context) {
  if (request.limit < 1 || request.limit > kMaxPage) return invalid("limit out of range");
  Parameters parameters;
  parameters.add(request.before_ms.value_or(std::numeric_limits<std::int64_t>::max())).add(request.limit);
  if (request.user_id) parameters.add(*request.user_id);
  const auto rows = database_.run(request.user_id ? kListOfUser : kList, parameters, context);
  if (!rows) return rows.error().error;
  store::AuditPage page;
  for (int row = 0; row < rows->count(); ++row) {
    AuditEvent event;
    event.id = rows->text(row, 0);
    event.at_ms = rows->number(row, 1);
    event.action = rows->text(row, 2);
    event.user_id = rows->maybe_text(row, 3);
    event.actor_id = rows->maybe_text(row, 4);
    event.client_address = rows->text(row, 5);
    event.request_id = rows->text(row, 6);
    event.detail.text = rows->text(row, 7);
    page.events.push_back(std::move(event));
  }
  return page;
}

}  // namespace gateway::postgres
