#include "core/auth/api_key_service.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <gateway/api_keys.hpp>

#include "core/auth/api_key_text.hpp"
#include "core/auth/problems.hpp"
#include "core/auth/validation.hpp"
#include "core/http/validation_problem.hpp"

namespace gateway::auth {

namespace {

using http::ErrorCode;
using http::Problem;

constexpr std::int64_t kDayMs = 86'400'000;
constexpr int kTries = 3;  // of drawing an id that is free

http::Outcome<Done> validate(const ApiKeyRequest& request) {
  http::ValidationProblem faults;
  if (request.name.empty()) {
    faults.missing("Name");
  } else if (request.name.size() > 200 || !valid_full_name(request.name)) {
    faults.add(ErrorCode::ValidationFailed, "Name", "Must have 1 to 200 visible characters.");
  }
  const std::set<std::string> different(request.scopes.begin(), request.scopes.end());
  if (request.scopes.size() > kMaxApiKeyScopes || different.size() != request.scopes.size()) {
    faults.add(ErrorCode::ValidationFailed, "Scopes", "Must be at most 32, all different.");
  } else if (!std::all_of(request.scopes.begin(), request.scopes.end(), is_api_key_scope)) {
    faults.add(ErrorCode::ValidationFailed, "Scopes",
               "Each must have 1 to 100 visible ASCII characters without quotation mark and backslash.");
  }
  if (request.lifetime_ms &&
      (*request.lifetime_ms < 60'000 || *request.lifetime_ms > ApiKeyService::kMaxLifetimeDays * kDayMs)) {
    faults.add(ErrorCode::ValidationFailed, "ExpiresIn", "Must be from a minute to ten years.");
  }
  if (faults.any()) return faults.problem();
  return Done{};
}

}  // namespace

http::Outcome<Done> ApiKeyService::check_admin(const http::Caller& caller) const {
  if (caller.user_type != options_.admin_type) return Problem(ErrorCode::InsufficientPermissions);
  return Done{};
}

http::Outcome<CreatedApiKey> ApiKeyService::create(const http::Caller& caller, const ApiKeyRequest& request,
                                                   const RequestScope& scope) {
  if (auto allowed = check_admin(caller); !allowed) return allowed.error();
  if (auto valid = validate(request); !valid) return valid.error();
  for (int i = 0; i < kTries; ++i) {
    auto made = new_api_key_text(random_);
    if (!made) return storage_problem(made.error());
    store::CreateApiKey create;
    create.key.id = made->id;
    create.key.name = request.name;
    create.key.scopes = request.scopes;
    create.key.created_by = caller.user_id;
    create.key.created_at_ms = clock_.wall_ms();
    if (request.lifetime_ms) create.key.expires_at_ms = create.key.created_at_ms + *request.lifetime_ms;
    create.digest = api_key_digest(made->key.reveal());
    const auto stored = store_.create_api_key(create, scope.call);
    if (!stored) return storage_problem(stored.error());
    if (std::holds_alternative<store::Conflict>(*stored)) continue;
    audit_.record("api_key.created", {}, caller.user_id, scope, audit_detail({{"apiKey", made->id}}));
    return CreatedApiKey{std::move(made->key), std::move(create.key)};
  }
  return Problem(ErrorCode::InternalError);
}

http::Outcome<ApiKeyListing> ApiKeyService::list(const http::Caller& caller,
                                                 const std::optional<store::ApiKeyPlace>& after,
                                                 std::int64_t limit, const RequestScope& scope) {
  if (auto allowed = check_admin(caller); !allowed) return allowed.error();
  // One more than is asked for tells whether there are more.
  auto found = store_.list_api_keys({after, limit + 1}, scope.call);
  if (!found) return storage_problem(found.error());
  ApiKeyListing listing{std::move(found->keys), std::nullopt};
  if (listing.keys.size() > static_cast<std::size_t>(limit)) {
    listing.keys.pop_back();
    listing.next = store::ApiKeyPlace{listing.keys.back().created_at_ms, listing.keys.back().id};
  }
  return listing;
}

http::Outcome<Done> ApiKeyService::revoke(const http::Caller& caller, const std::string& id,
                                          const RequestScope& scope) {
  if (auto allowed = check_admin(caller); !allowed) return allowed;
  if (!is_api_key_id(id)) return Problem(ErrorCode::NotFound);
  const auto revoked = store_.revoke_api_key({id, clock_.wall_ms()}, scope.call);
  // Also where it is not known whether it was done.
  verifier_.forget(id);
  if (!revoked) return storage_problem(revoked.error());
  if (std::holds_alternative<store::NotFound>(*revoked)) return Problem(ErrorCode::NotFound);
  audit_.record("api_key.revoked", {}, caller.user_id, scope, audit_detail({{"apiKey", id}}));
  return Done{};
}

}  // namespace gateway::auth
