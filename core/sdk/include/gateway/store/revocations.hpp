// Group `revocations`: how one instance learns what the others have revoked: users that were deleted, lost
// their active status or changed their type or all of whose sessions were ended, whether there were any or
// not, sessions that ended before their time, and API keys that were revoked.
#pragma once

#include <gateway/call.hpp>

namespace gateway::store {

// Exactly one of them. A user's event is about all of that user's sessions.
struct Revocation {
  std::optional<std::string> user_id;
  std::optional<std::string> session_id;
  std::optional<std::string> api_key_id = std::nullopt;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("user_id", self.user_id);
    f.optional("session_id", self.session_id);
    f.optional("api_key_id", self.api_key_id);
  }
};

struct Revocations {
  std::string cursor;  // hand it to the next call; opaque
  std::vector<Revocation> events;
  bool missed = false;  // more may have happened than the events say: forget whatever is cached
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("cursor", self.cursor);
    f.required("events", self.events);
    f.optional("missed", self.missed);
  }
};

// A long poll: answers as soon as there is something newer than `cursor`, or with no events after `wait_ms`.
// The call's deadline is later than that, so that connecting and asking have time of their own. Without a
// cursor: at once, with the cursor of now and no events. Events are kept for an hour at least; a cursor that
// is older, or of a database that has been set back since, answers `missed`. An event may come twice, never
// not at all; the caller's own revocations come as well. Unsupported where nothing is shared between
// instances.
struct WaitRevocations {
  static constexpr std::string_view kOperation = "revocations.wait";
  using Reply = Revocations;
  std::optional<std::string> cursor;
  std::int64_t wait_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("cursor", self.cursor);
    f.optional("wait_ms", self.wait_ms);
  }
};

class SharedRevocations {
 public:
  virtual ~SharedRevocations() = default;
  virtual Result<Revocations> wait_revocations(const WaitRevocations&, const CallContext&) {
    return Error{ErrorKind::Unsupported, "this storage shares nothing between instances", 0};
  }
};

}  // namespace gateway::store
