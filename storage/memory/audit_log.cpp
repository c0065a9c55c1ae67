#include "audit_log.hpp"

#include <limits>

namespace gateway::memory {

using store::AuditEvent;

namespace {

constexpr std::int64_t kMaxEventsPage = 1000;

const AuditEvent& event_of(const AuditEvent& event) {
  return event;
}
const AuditEvent& event_of(const AuditEvent* event) {
  return *event;
}

// Walks backwards from `end` until `begin` or the limit.
template <class Iterator>
store::AuditPage newest(Iterator begin, Iterator end, std::int64_t limit) {
  store::AuditPage page;
  while (end != begin && static_cast<std::int64_t>(page.events.size()) < limit)
    page.events.push_back(event_of((--end)->second));
  return page;
}

}  // namespace

void AuditLog::append(const store::AppendAudit& request) {
  const AuditEvent& event = request.event;
  if (!ids_.insert(event.id).second) return;  // a retry
  const TimeKey key{event.at_ms, next_++};
  const AuditEvent& row = events_.emplace(key, event).first->second;
  if (row.user_id) by_user_.emplace(UserKey{*row.user_id, key.first, key.second}, &row);
  if (events_.size() > max_events_) drop_oldest();
}

void AuditLog::drop_oldest() {
  const auto oldest = events_.begin();
  const auto& [key, event] = *oldest;
  if (event.user_id) by_user_.erase(UserKey{*event.user_id, key.first, key.second});
  ids_.erase(event.id);
  events_.erase(oldest);
}

Result<store::AuditPage> AuditLog::list(const store::ListAudit& request) const {
  if (request.limit < 1 || request.limit > kMaxEventsPage) return invalid("limit out of range");
  constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
  if (!request.user_id) {
    const auto end = request.before_ms ? events_.lower_bound({*request.before_ms, 0}) : events_.end();
    return newest(events_.begin(), end, request.limit);
  }
  const std::string& user = *request.user_id;
  const auto begin = by_user_.lower_bound({user, kFirst, 0});
  const auto end = request.before_ms ? by_user_.lower_bound({user, *request.before_ms, 0})
                                     : by_user_.lower_bound({user + '\0', kFirst, 0});
  return newest(begin, end, request.limit);
}

}  // namespace gateway::memory
