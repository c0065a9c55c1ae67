#include "core/auth/user_attempts.hpp"

#include <algorithm>
#include <utility>

namespace gateway::auth {

namespace {

// A person signs in with what its provider knows it by, which may differ from what is shown of it; without an
// email, its password is counted under the provider's name for it.
std::set<std::string> logins_of(const store::User& user) {
  std::set<std::string> logins;
  if (user.email) logins.insert(*user.email);
  for (const store::Identity& identity : user.identities)
    logins.insert(identity.email ? *identity.email : identity.subject);
  return logins;
}

std::set<std::string> numbers_of(const store::User& user) {
  if (!user.phone_number) return {};
  return {*user.phone_number};
}

}  // namespace

http::Outcome<store::User> UserAttempts::find(const http::Caller& caller, const std::string& id,
                                              const RequestScope& scope) {
  if (!users_.is_admin(caller)) return http::Problem(http::ErrorCode::InsufficientPermissions);
  return users_.get(caller, id, scope);
}

http::Outcome<std::optional<AttemptStatus>> UserAttempts::status(AttemptKind kind,
                                                                 const std::set<std::string>& accounts,
                                                                 const RequestScope& scope) {
  std::optional<AttemptStatus> most;
  for (const std::string& account : accounts) {
    const auto counted = attempts_.status(kind, account, scope.call);
    if (!counted) return counted.error();
    if (!most) most.emplace();
    most->failures = std::max(most->failures, counted->failures);
    most->retry_after_s = std::max(most->retry_after_s, counted->retry_after_s);
  }
  return most;
}

http::Outcome<CountedAttempts> UserAttempts::get(const http::Caller& caller, const std::string& id,
                                                 const RequestScope& scope) {
  const auto user = find(caller, id, scope);
  if (!user) return user.error();
  auto login = status(AttemptKind::Password, logins_of(*user), scope);
  if (!login) return login.error();
  auto phone = status(AttemptKind::Phone, numbers_of(*user), scope);
  if (!phone) return phone.error();
  auto mail = status(AttemptKind::Mail, logins_of(*user), scope);
  if (!mail) return mail.error();
  return CountedAttempts{*login, *phone, *mail};
}

http::Outcome<Done> UserAttempts::clear(const http::Caller& caller, const std::string& id,
                                        const RequestScope& scope) {
  const auto user = find(caller, id, scope);
  if (!user) return user.error();
  for (const std::string& login : logins_of(*user)) {
    for (const AttemptKind kind : {AttemptKind::Password, AttemptKind::Mail}) {
      if (auto cleared = attempts_.clear(kind, login, scope.call); !cleared) return cleared;
    }
  }
  for (const std::string& number : numbers_of(*user)) {
    if (auto cleared = attempts_.clear(AttemptKind::Phone, number, scope.call); !cleared) return cleared;
  }
  audit_.record("attempts.cleared", user->id, caller.user_id, scope);
  return Done{};
}

}  // namespace gateway::auth
