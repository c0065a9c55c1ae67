// ApiKeyAuthenticator: who answers a policy's api_keys.authenticate (gateway/api_keys.hpp). The application
// fills it in, so that this room knows nothing of keys. Thread safety: from any thread; may block until the
// call's deadline. Errors: the storage's.
#pragma once

#include <gateway/api_keys.hpp>
#include <gateway/store/api_keys.hpp>

namespace gateway::plugin {

class ApiKeyAuthenticator {
 public:
  ApiKeyAuthenticator() = default;
  ApiKeyAuthenticator(const ApiKeyAuthenticator&) = delete;
  ApiKeyAuthenticator& operator=(const ApiKeyAuthenticator&) = delete;
  virtual ~ApiKeyAuthenticator() = default;

  // `store`: where they are looked up.
  virtual Result<AuthenticateApiKey::Reply> authenticate(store::ApiKeys& store,
                                                         const AuthenticateApiKey& request,
                                                         const CallContext& context) = 0;
};

}  // namespace gateway::plugin
