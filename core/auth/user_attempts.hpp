// UserAttempts: what the throttle holds against a user's account, for administrators.
// Thread safety: all members from any thread; they block: worker only. Ownership: refers to the services.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "core/auth/attempt_throttle.hpp"
#include "core/auth/user_service.hpp"

namespace gateway::auth {

// Absent where the user has no email or no phone number.
struct CountedAttempts {
  std::optional<AttemptStatus> login;
  std::optional<AttemptStatus> phone;
  std::optional<AttemptStatus> mail;
};

class UserAttempts {
 public:
  UserAttempts(UserService& users, AttemptThrottle& attempts, AuditLog& audit)
      : users_(users), attempts_(attempts), audit_(audit) {}

  http::Outcome<CountedAttempts> get(const http::Caller& caller, const std::string& id,
                                     const RequestScope& scope);
  http::Outcome<Done> clear(const http::Caller& caller, const std::string& id, const RequestScope& scope);

 private:
  http::Outcome<store::User> find(const http::Caller& caller, const std::string& id,
                                  const RequestScope& scope);
  // The most of several accounts; nullopt for none.
  http::Outcome<std::optional<AttemptStatus>> status(AttemptKind kind, const std::set<std::string>& accounts,
                                                     const RequestScope& scope);

  UserService& users_;
  AttemptThrottle& attempts_;
  AuditLog& audit_;
};

}  // namespace gateway::auth
