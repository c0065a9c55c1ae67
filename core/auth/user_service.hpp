// UserService: reading and changing users, with the rule of who may: oneself or an administrator.
//
// What takes somebody's access away ends all their sessions before it is answered. The last administrator,
// which is the last Active user of the type Users:AdminType, stays one: ConstraintViolation, and nothing was
// changed, whoever asks and however many do at once. A deployment that has none is held up in nothing.
//
// What is audited is what the storage has done, also where a later step fails and the call is to be repeated.
// Thread safety: all members from any thread; they block: worker only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/auth/audit_log.hpp"
#include "core/auth/options.hpp"
#include "core/auth/provider_directory.hpp"
#include "core/auth/session_service.hpp"
#include "core/http/caller.hpp"

namespace gateway::auth {

struct UserChange {
  std::optional<std::string> full_name;
  std::optional<std::string> phone_number;
  std::optional<std::string> profile_image_url;
  std::optional<std::string> user_type;     // administrators only
  std::optional<store::UserStatus> status;  // administrators only
};

struct UserListing {
  std::vector<store::User> users;
  std::int64_t total = 0;                // store::UserPage::total
  std::optional<store::UserPlace> next;  // where there are more: the place behind which they begin
};

class UserService {
 public:
  UserService(Store& store, const ProviderDirectory& providers, SessionService& sessions, AuditLog& audit,
              const runtime::Clock& clock, const UserOptions& options);

  bool is_admin(const http::Caller& caller) const noexcept { return caller.user_type == options_.admin_type; }

  http::Outcome<UserListing> list(const http::Caller& caller, const store::ListUsers& query,
                                  const RequestScope& scope);
  http::Outcome<store::User> get(const http::Caller& caller, const std::string& id,
                                 const RequestScope& scope);
  http::Outcome<store::User> update(const http::Caller& caller, const std::string& id,
                                    const UserChange& change, const RequestScope& scope);
  http::Outcome<Done> remove(const http::Caller& caller, const std::string& id, const RequestScope& scope);

 private:
  http::Outcome<Done> check_may_touch(const http::Caller& caller, const std::string& id) const;
  http::Outcome<Done> validate(const http::Caller& caller, const UserChange& change) const;
  http::Outcome<store::User> find(const std::string& id, const RequestScope& scope);
  // An administrator cannot lock itself out: there may be no other one.
  http::Outcome<Done> check_not_oneself(const http::Caller& caller, const std::string& id) const;
  http::Outcome<Done> apply_status(const store::User& user, store::UserStatus status,
                                   const RequestScope& scope);
  void note_change(const http::Caller& caller, const std::string& id, const UserChange& change,
                   const RequestScope& scope);
  bool is_active_admin(const store::User& user) const noexcept {
    return user.user_type == options_.admin_type && user.status == store::UserStatus::Active;
  }
  // What of remove() must come before the provider's account goes: the storage alone can tell whether there
  // is another administrator, and of two who delete each other neither may lose its account for nothing.
  http::Outcome<Done> suspend_before_removal(const http::Caller& caller, const std::string& id,
                                             const RequestScope& scope);

  Store& store_;
  const ProviderDirectory& providers_;
  SessionService& sessions_;
  AuditLog& audit_;
  const runtime::Clock& clock_;
  const UserOptions options_;
};

}  // namespace gateway::auth
