// ApiKeyService: keys of machine callers, made, listed and revoked by administrators. Each change is audited.
// Thread safety: all members from any thread; they block: worker only. Ownership: refers to everything it is
// given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <gateway/secret.hpp>

#include "core/auth/api_key_verifier.hpp"
#include "core/auth/audit_log.hpp"
#include "core/auth/options.hpp"
#include "core/http/caller.hpp"
#include "core/http/problem.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/random.hpp"

namespace gateway::auth {

struct ApiKeyRequest {
  std::string name;
  std::vector<std::string> scopes;
  std::optional<std::int64_t> lifetime_ms;  // none: until it is revoked
};

// The one time at which the key itself is seen.
struct CreatedApiKey {
  Secret key;
  store::ApiKey stored;
};

struct ApiKeyListing {
  std::vector<store::ApiKey> keys;
  std::optional<store::ApiKeyPlace> next;  // where there are more: the place behind which they begin
};

class ApiKeyService {
 public:
  static constexpr std::int64_t kMaxLifetimeDays = 3650;
  static constexpr std::int64_t kMaxPage = 100;

  ApiKeyService(Store& store, ApiKeyVerifier& verifier, AuditLog& audit, const runtime::Clock& clock,
                runtime::Random& random, const UserOptions& options)
      : store_(store),
        verifier_(verifier),
        audit_(audit),
        clock_(clock),
        random_(random),
        options_(options) {}

  http::Outcome<CreatedApiKey> create(const http::Caller& caller, const ApiKeyRequest& request,
                                      const RequestScope& scope);
  // `limit`: 1 to kMaxPage.
  http::Outcome<ApiKeyListing> list(const http::Caller& caller,
                                    const std::optional<store::ApiKeyPlace>& after, std::int64_t limit,
                                    const RequestScope& scope);
  // Done for one that was revoked before. NOT_FOUND.
  http::Outcome<Done> revoke(const http::Caller& caller, const std::string& id, const RequestScope& scope);

 private:
  http::Outcome<Done> check_admin(const http::Caller& caller) const;

  Store& store_;
  ApiKeyVerifier& verifier_;
  AuditLog& audit_;
  const runtime::Clock& clock_;
  runtime::Random& random_;
  const UserOptions options_;
};

}  // namespace gateway::auth
