// What happened to accounts, ordered by time; the oldest event makes room for the newest. Not thread-safe:
// MemoryStore holds the lock.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>

#include <gateway/store/audit.hpp>

namespace gateway::memory {

class AuditLog {
 public:
  explicit AuditLog(std::size_t max_events) : max_events_(max_events) {}

  void append(const store::AppendAudit& request);
  Result<store::AuditPage> list(const store::ListAudit& request) const;

 private:
  using TimeKey = std::pair<std::int64_t, std::uint64_t>;  // time, then order of arrival
  using UserKey = std::tuple<std::string, std::int64_t, std::uint64_t>;

  void drop_oldest();

  std::size_t max_events_;
  std::uint64_t next_ = 0;
  std::map<TimeKey, store::AuditEvent> events_;  // its nodes do not move: by_user_ points into it
  std::map<UserKey, const store::AuditEvent*> by_user_;
  std::unordered_set<std::string> ids_;
};

}  // namespace gateway::memory
