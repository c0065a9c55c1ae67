// Group `audit`: append-only record of what happened to accounts.
#pragma once

#include <gateway/call.hpp>
#include <gateway/store/user.hpp>

namespace gateway::store {

struct AuditEvent {
  std::string id;
  std::int64_t at_ms = 0;
  std::string action;  // "login", "logout", "user.suspended", …
  std::optional<std::string> user_id;
  std::optional<std::string> actor_id;  // who did it, where that is somebody else
  std::string client_address;
  std::string request_id;
  JsonText detail;  // never a secret
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
    f.required("at_ms", self.at_ms);
    f.required("action", self.action);
    f.optional("user_id", self.user_id);
    f.optional("actor_id", self.actor_id);
    f.optional("client_address", self.client_address);
    f.optional("request_id", self.request_id);
    f.optional("detail", self.detail);
  }
};

// An event whose id is there already is done, once: appending may be retried.
struct AppendAudit {
  static constexpr std::string_view kOperation = "audit.append";
  using Reply = Empty;
  AuditEvent event;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("event", self.event);
  }
};

struct AuditPage {
  std::vector<AuditEvent> events;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("events", self.events);
  }
};

// Newest first; those strictly before `before_ms` where it is given.
struct ListAudit {
  static constexpr std::string_view kOperation = "audit.list";
  using Reply = AuditPage;
  std::optional<std::string> user_id;
  std::optional<std::int64_t> before_ms;
  std::int64_t limit = 100;  // 1 … 1000
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("user_id", self.user_id);
    f.optional("before_ms", self.before_ms);
    f.optional("limit", self.limit);
  }
};

class Audit {
 public:
  virtual ~Audit() = default;
  virtual Result<Empty> append_audit(const AppendAudit&, const CallContext&) = 0;
  virtual Result<AuditPage> list_audit(const ListAudit&, const CallContext&) = 0;
};

}  // namespace gateway::store
