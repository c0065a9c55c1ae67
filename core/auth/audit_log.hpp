// AuditLog: writes what happened to accounts. An audit record that cannot be stored is logged as an error;
// what it was about has happened all the same and is not undone. Thread safety: all members from any thread;
// they block on storage: worker only.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <gateway/store.hpp>

#include "core/auth/request_scope.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/random.hpp"

namespace gateway::auth {

// The detail of an event as an object of texts. Each is an id, a name that the gateway or a plugin has given,
// or a setting: bounded, no secret, and nothing that somebody typed who has not signed in.
JsonText audit_detail(std::initializer_list<std::pair<std::string_view, std::string_view>> members);

class AuditLog {
 public:
  AuditLog(Store& store, const runtime::Clock& clock, runtime::Random& random, runtime::Logger& logger)
      : store_(store), clock_(clock), random_(random), logger_(logger) {}

  // `actor_id`: who did it, where that is somebody else than the user; may be empty. `detail`: an object,
  // never with a secret in it.
  void record(std::string_view action, std::string_view user_id, std::string_view actor_id,
              const RequestScope& scope, JsonText detail = {});

 private:
  Store& store_;
  const runtime::Clock& clock_;
  runtime::Random& random_;
  runtime::Logger& logger_;
};

}  // namespace gateway::auth
