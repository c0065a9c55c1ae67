// Caller: who a request is from, once its token has been verified and its user found to be active.
// Thread safety: immutable once made; shared by the cache and the requests.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace gateway::http {

struct Caller {
  std::string user_id;
  std::string provider;  // the instance id of the provider the person signed in with
  std::string subject;   // within that provider
  std::optional<std::string> email;
  std::string user_type;
  std::string session_id;          // empty for tokens that the gateway did not issue
  std::int64_t expires_at_ms = 0;  // of the token, Unix time
};

using CallerPtr = std::shared_ptr<const Caller>;

}  // namespace gateway::http
