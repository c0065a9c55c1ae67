#include "core/auth/user_service.hpp"

#include <algorithm>
#include <utility>

#include "core/auth/problems.hpp"
#include "core/auth/validation.hpp"
#include "core/http/json_writer.hpp"
#include "core/http/validation_problem.hpp"

namespace gateway::auth {

namespace {
using http::ErrorCode;
using http::Problem;

constexpr std::int64_t kLargestPage = 100;  // of users.list

Problem last_administrator() {
  Problem problem(ErrorCode::ConstraintViolation);
  problem.details = "the last active administrator stays one; make another one first";
  return problem;
}

// The names of what was changed, and the new state of access; profiles stay out of the audit log.
std::optional<JsonText> audit_detail_of(const UserChange& change) {
  http::JsonWriter out;
  out.begin_object().key("changed").begin_array();
  bool any = false;
  const auto name = [&](bool is_changed, std::string_view its_name) {
    if (is_changed) out.value(its_name);
    any = any || is_changed;
  };
  name(change.full_name.has_value(), "fullName");
  name(change.phone_number.has_value(), "phoneNumber");
  name(change.profile_image_url.has_value(), "profileImageUrl");
  name(change.user_type.has_value(), "userType");
  name(change.status.has_value(), "status");
  out.end_array();
  if (change.user_type) out.put("userType", *change.user_type);
  if (change.status) out.put("status", name_of(*change.status));
  out.end_object();
  if (!any) return std::nullopt;
  return JsonText{std::string(out.text())};
}

}  // namespace

UserService::UserService(Store& store, const ProviderDirectory& providers, SessionService& sessions,
                         AuditLog& audit, const runtime::Clock& clock, const UserOptions& options)
    : store_(store),
      providers_(providers),
      sessions_(sessions),
      audit_(audit),
      clock_(clock),
      options_(options) {}

http::Outcome<Done> UserService::check_may_touch(const http::Caller& caller, const std::string& id) const {
  // The same answer whether or not the other user exists.
  if (caller.user_id != id && !is_admin(caller)) return Problem(ErrorCode::InsufficientPermissions);
  return Done{};
}

http::Outcome<store::User> UserService::find(const std::string& id, const RequestScope& scope) {
  auto found = store_.get_user({id}, scope.call);
  if (!found) return storage_problem(found.error());
  if (!found->user) return Problem(ErrorCode::UserNotFound);
  return std::move(*found->user);
}

http::Outcome<UserListing> UserService::list(const http::Caller& caller, const store::ListUsers& query,
                                             const RequestScope& scope) {
  if (!is_admin(caller)) return Problem(ErrorCode::InsufficientPermissions);
  // One more than is asked for tells whether there are more; the largest page of a store has no room for it.
  store::ListUsers wanted = query;
  wanted.limit = std::min(query.limit + 1, kLargestPage);
  auto page = store_.list_users(wanted, scope.call);
  if (!page) return storage_problem(page.error());
  UserListing listing{std::move(page->users), page->total, std::nullopt};
  const auto limit = static_cast<std::size_t>(query.limit);
  if (listing.users.size() < limit) return listing;
  bool has_more = listing.users.size() > limit;
  if (has_more) listing.users.pop_back();
  const store::UserPlace last{listing.users.back().created_at_ms, listing.users.back().id};
  if (wanted.limit == query.limit) {
    wanted.after = last;
    wanted.offset = 0;
    wanted.limit = 1;
    const auto behind = store_.list_users(wanted, scope.call);
    if (!behind) return storage_problem(behind.error());
    has_more = !behind->users.empty();
  }
  if (has_more) listing.next = last;
  return listing;
}

http::Outcome<store::User> UserService::get(const http::Caller& caller, const std::string& id,
                                            const RequestScope& scope) {
  if (auto allowed = check_may_touch(caller, id); !allowed) return allowed.error();
  return find(id, scope);
}

http::Outcome<Done> UserService::validate(const http::Caller& caller, const UserChange& change) const {
  if ((change.user_type || change.status) && !is_admin(caller))
    return Problem(ErrorCode::InsufficientPermissions);
  http::ValidationProblem faults;
  // An empty text clears the property.
  if (change.full_name && !change.full_name->empty() && !valid_full_name(*change.full_name)) {
    faults.add(ErrorCode::ValidationFailed, "FullName", "The name must have 1 to 200 visible characters.");
  }
  if (change.phone_number && !change.phone_number->empty() && !valid_phone_number(*change.phone_number)) {
    faults.add(ErrorCode::InvalidPhoneNumber, "PhoneNumber",
               "The phone number must be in E.164 form, such as +14155550100.");
  }
  if (change.profile_image_url && !change.profile_image_url->empty() &&
      !valid_image_url(*change.profile_image_url)) {
    faults.add(ErrorCode::ValidationFailed, "ProfileImageUrl", "The image must be an https URL.");
  }
  if (change.status == store::UserStatus::Deleted) {
    faults.add(ErrorCode::ValidationFailed, "Status", "A user is deleted with DELETE, not by its status.");
  }
  if (faults.any()) return faults.problem();
  return Done{};
}

http::Outcome<Done> UserService::check_not_oneself(const http::Caller& caller, const std::string& id) const {
  if (caller.user_id != id || !is_admin(caller)) return Done{};
  Problem problem(ErrorCode::ConstraintViolation);
  problem.details = "an administrator's own account is changed so by another administrator";
  return problem;
}

http::Outcome<Done> UserService::apply_status(const store::User& user, store::UserStatus status,
                                              const RequestScope& scope) {
  for (const store::Identity& identity : user.identities) {
    plugin::PluginInstance* provider = providers_.find(identity.provider);
    if (provider == nullptr || !provider->has_capability("account-admin")) continue;
    SetAccountDisabled change;
    change.subject = identity.subject;
    change.disabled = status != store::UserStatus::Active;
    const auto answer = provider->call(change, scope.call);
    if (!answer) return provider_problem(*provider, answer.error());
  }
  return Done{};
}

http::Outcome<store::User> UserService::update(const http::Caller& caller, const std::string& id,
                                               const UserChange& change, const RequestScope& scope) {
  if (auto allowed = check_may_touch(caller, id); !allowed) return allowed.error();
  if (auto valid = validate(caller, change); !valid) return valid.error();
  // Whatever the user is now: by the time of the change it may be an administrator.
  const bool is_demotion = (change.user_type && *change.user_type != options_.admin_type) ||
                           (change.status && *change.status != store::UserStatus::Active);
  if (is_demotion) {
    if (auto other = check_not_oneself(caller, id); !other) return other.error();
  }
  store::UpdateUser update;
  update.id = id;
  update.full_name = change.full_name;
  update.phone_number = change.phone_number;
  update.profile_image_url = change.profile_image_url;
  update.user_type = change.user_type;
  update.status = change.status;
  update.now_ms = clock_.wall_ms();
  if (is_demotion) update.keep_active_of_type = options_.admin_type;
  auto updated = store_.update_user(update, scope.call);
  if (!updated) return storage_problem(updated.error());
  if (std::holds_alternative<store::NotFound>(*updated)) return Problem(ErrorCode::UserNotFound);
  if (std::holds_alternative<store::LastOfType>(*updated)) return last_administrator();
  if (const auto* conflict = std::get_if<store::Conflict>(&*updated))
    return conflict_problem(conflict->field);
  store::User user = std::get<store::UserRow>(std::move(*updated)).user;
  note_change(caller, id, change, scope);

  if (change.status || change.user_type) {
    // The storage has the new state, so no new session can begin; now the old ones end. A repeated call
    // finishes what a failed one left.
    if (user.status != store::UserStatus::Active || change.user_type) {
      if (auto ended = sessions_.revoke_user(id, scope); !ended) return ended.error();
    }
    if (change.status) {
      if (auto applied = apply_status(user, *change.status, scope); !applied) return applied.error();
    }
  }
  return user;
}

// What somebody does to its own profile is its own business.
void UserService::note_change(const http::Caller& caller, const std::string& id, const UserChange& change,
                              const RequestScope& scope) {
  if (caller.user_id == id && !change.status && !change.user_type) return;
  if (auto detail = audit_detail_of(change))
    audit_.record("user.changed", id, caller.user_id, scope, std::move(*detail));
}

http::Outcome<Done> UserService::suspend_before_removal(const http::Caller& caller, const std::string& id,
                                                        const RequestScope& scope) {
  UserChange change;
  change.status = store::UserStatus::Suspended;
  store::UpdateUser suspend;
  suspend.id = id;
  suspend.status = change.status;
  suspend.now_ms = clock_.wall_ms();
  suspend.keep_active_of_type = options_.admin_type;
  const auto suspended = store_.update_user(suspend, scope.call);
  if (!suspended) return storage_problem(suspended.error());
  if (std::holds_alternative<store::LastOfType>(*suspended)) return last_administrator();
  if (std::holds_alternative<store::NotFound>(*suspended)) return Problem(ErrorCode::UserNotFound);
  note_change(caller, id, change, scope);
  return sessions_.revoke_user(id, scope);
}

http::Outcome<Done> UserService::remove(const http::Caller& caller, const std::string& id,
                                        const RequestScope& scope) {
  if (!is_admin(caller)) return Problem(ErrorCode::InsufficientPermissions);
  if (auto other = check_not_oneself(caller, id); !other) return other;
  const auto user = find(id, scope);
  if (!user) return user.error();
  if (user->status == store::UserStatus::Deleted) return Problem(ErrorCode::UserNotFound);
  if (is_active_admin(*user)) {
    if (auto suspended = suspend_before_removal(caller, id, scope); !suspended) return suspended;
  }
  // The provider first: an account that outlives its user would be given a new one at its next login.
  for (const store::Identity& identity : user->identities) {
    plugin::PluginInstance* provider = providers_.find(identity.provider);
    if (provider == nullptr || !provider->has_capability("account-admin")) continue;
    const auto answer = provider->call(DeleteAccount{identity.subject}, scope.call);
    if (!answer) return provider_problem(*provider, answer.error());
  }
  store::DeleteUser remove;
  remove.id = id;
  remove.now_ms = clock_.wall_ms();
  remove.keep_active_of_type = options_.admin_type;  // it may have become one meanwhile
  const auto removed = store_.delete_user(remove, scope.call);
  if (!removed) return storage_problem(removed.error());
  if (std::holds_alternative<store::LastOfType>(*removed)) return last_administrator();
  if (auto ended = sessions_.revoke_user(id, scope); !ended) return ended.error();
  audit_.record("user.deleted", id, caller.user_id, scope);
  return Done{};
}

}  // namespace gateway::auth
