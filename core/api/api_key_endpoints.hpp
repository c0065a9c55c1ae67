// /api/v1/api-keys: keys of machine callers, for administrators. Who may is decided by the auth room.
// Thread safety: handlers run on several threads at once. Ownership: refers to the service.
#pragma once

#include <vector>

#include "core/auth/api_key_service.hpp"
#include "core/http/json_writer.hpp"
#include "core/http/route.hpp"

namespace gateway::api {

class ApiKeyEndpoints {
 public:
  explicit ApiKeyEndpoints(auth::ApiKeyService& api_keys) : api_keys_(api_keys) {}

  // nullptr: the routes to be looked at, not to be called.
  static std::vector<http::Route> routes(ApiKeyEndpoints* endpoints);

 private:
  using Context = http::RequestContext;
  http::Outcome<Done> create(Context& context);
  http::Outcome<Done> list(Context& context);
  http::Outcome<Done> revoke(Context& context);

  auth::ApiKeyService& api_keys_;
};

// As the contract shows a key: all but the key itself, which nobody has any more.
void write_api_key(http::JsonWriter& out, const store::ApiKey& key);

}  // namespace gateway::api
