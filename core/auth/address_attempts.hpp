// AddressAttempts: what the throttle holds against a client address, for administrators. An address is one
// client as the throttle counts them: of IPv6 the /64 it lies in. All clients without a usable address count
// together, as "unknown". Thread safety: all members from any thread; they block: worker only. Ownership:
// refers to the services. Errors: INSUFFICIENT_PERMISSIONS, VALIDATION_FAILED for what is no address.
#pragma once

#include <string>
#include <string_view>

#include "core/auth/attempt_throttle.hpp"
#include "core/auth/user_service.hpp"

namespace gateway::auth {

struct CountedAddress {
  std::string client;  // "192.0.2.1", "2001:db8:0:1::/64" or "unknown"
  AddressAttemptStatus attempts;
};

class AddressAttempts {
 public:
  AddressAttempts(const UserService& users, AttemptThrottle& attempts, AuditLog& audit)
      : users_(users), attempts_(attempts), audit_(audit) {}

  // `address`: as it was written.
  http::Outcome<CountedAddress> get(const http::Caller& caller, std::string_view address,
                                    const RequestScope& scope);
  http::Outcome<Done> clear(const http::Caller& caller, std::string_view address, const RequestScope& scope);

 private:
  http::Outcome<std::string> client_of(const http::Caller& caller, std::string_view address) const;

  const UserService& users_;
  AttemptThrottle& attempts_;
  AuditLog& audit_;
};

}  // namespace gateway::auth
