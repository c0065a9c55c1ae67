#include "core/auth/audit_log.hpp"

#include <utility>

#include "core/auth/ids.hpp"
#include "core/http/json_writer.hpp"

namespace gateway::auth {

JsonText audit_detail(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  http::JsonWriter out;
  out.begin_object();
  for (const auto& [name, text] : members)
    out.put(name, text);
  out.end_object();
  return {std::string(out.text())};
}

void AuditLog::record(std::string_view action, std::string_view user_id, std::string_view actor_id,
                      const RequestScope& scope, JsonText detail) {
  store::AppendAudit append;
  auto id = new_user_id(clock_, random_);
  if (id) append.event.id = std::move(*id);
  append.event.at_ms = clock_.wall_ms();
  append.event.action = action;
  if (!user_id.empty()) append.event.user_id = std::string(user_id);
  if (!actor_id.empty()) append.event.actor_id = std::string(actor_id);
  append.event.client_address = scope.client_address;
  append.event.request_id = scope.call.request_id;
  append.event.detail = std::move(detail);
  if (store_.append_audit(append, scope.call)) return;
  logger_.write(LogLevel::Error, "auth", "audit record could not be stored",
                {{"action", action}, {"user_id", user_id}, {"request_id", scope.call.request_id}});
}

}  // namespace gateway::auth
