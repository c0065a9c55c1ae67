#include "core/auth/account_directory.hpp"

#include <algorithm>
#include <utility>

#include <gateway/toolkit/unicode.hpp>

#include "core/auth/ids.hpp"
#include "core/auth/problems.hpp"
#include "core/auth/provider_profile.hpp"
#include "core/auth/validation.hpp"

namespace gateway::auth {

namespace {

using http::ErrorCode;
using http::Problem;

// What is no email has no lower case either, and would be like all that is none.
bool is_email_of(const store::User& user, const ProviderAccount& account) {
  return account.email && user.email && valid_email(*account.email) &&
         toolkit::to_lower(*account.email) == toolkit::to_lower(*user.email);
}

bool is_linked_since_end(const store::User& user, const std::string& provider, const std::string& subject) {
  return user.sessions_ended_at_ms &&
         std::any_of(user.identities.begin(), user.identities.end(), [&](const store::Identity& identity) {
           return identity.provider == provider && identity.subject == subject &&
                  identity.linked_at_ms > *user.sessions_ended_at_ms;
         });
}

// A token tells to the second when its person proved to be it, and a clock elsewhere may be a little behind.
constexpr std::int64_t kProofPrecisionMs = 1000;

}  // namespace

AccountDirectory::AccountDirectory(Store& store, const ProviderDirectory& providers, SessionService& sessions,
                                   const runtime::Clock& clock, runtime::Random& random,
                                   runtime::Logger& logger, const UserOptions& options)
    : store_(store),
      providers_(providers),
      sessions_(sessions),
      clock_(clock),
      random_(random),
      logger_(logger),
      options_(options) {}

store::Identity identity_of(const std::string& provider, const ProviderAccount& account,
                            std::int64_t now_ms) {
  store::Identity identity;
  identity.provider = provider;
  identity.subject = account.subject;
  identity.email = account.email;
  identity.email_verified = account.email_verified;
  identity.linked_at_ms = now_ms;
  return identity;
}

bool is_over(const store::User& user, const std::string& provider, const Authenticated& verified) {
  if (!user.sessions_ended_at_ms || verified.authenticated_at_ms <= 0) return false;
  const std::int64_t told_s = verified.authenticated_at_ms / 1000;
  const std::int64_t ended_s = *user.sessions_ended_at_ms / 1000;
  const ProviderAccount& account = verified.account;
  const bool is_from_before_proof =
      user.email_verified && !account.email_verified && is_email_of(user, account);
  if (is_from_before_proof) return told_s <= ended_s + kProofPrecisionMs / 1000;
  return told_s < ended_s && !is_linked_since_end(user, provider, account.subject);
}

std::int64_t opened_as_of_ms(const store::User& user, const std::string& provider,
                             const Authenticated& verified, std::int64_t began_ms) {
  const bool told_by_token = began_ms == verified.authenticated_at_ms;
  const bool is_weighed = told_by_token || is_linked_since_end(user, provider, verified.account.subject);
  if (!user.sessions_ended_at_ms || !is_weighed) return began_ms;
  return std::max(began_ms, *user.sessions_ended_at_ms + 1);
}

ProviderAccount AccountDirectory::acceptable(const std::string& provider, const ProviderAccount& account,
                                             const RequestScope& scope) {
  AcceptedProfile accepted = accepted_profile(account);
  for (const std::string_view field : accepted.left_out) {
    logger_.write(
        LogLevel::Warning, "auth", "what a provider says of somebody is not acceptable and left out",
        {{"field", field}, {"provider", std::string_view(provider)}, {"request_id", scope.call.request_id}});
  }
  return std::move(accepted.account);
}

http::Outcome<store::User> AccountDirectory::create(const std::string& provider,
                                                    const ProviderAccount& account, const ProfileHints& hints,
                                                    std::int64_t authenticated_at_ms,
                                                    const RequestScope& scope) {
  return make(provider, acceptable(provider, account, scope), hints, authenticated_at_ms, scope);
}

http::Outcome<store::User> AccountDirectory::make(const std::string& provider, const ProviderAccount& account,
                                                  const ProfileHints& hints, std::int64_t authenticated_at_ms,
                                                  const RequestScope& scope) {
  auto id = new_user_id(clock_, random_);
  if (!id) return Problem(ErrorCode::InternalError);
  store::CreateUser create;
  store::User& user = create.user;
  user.id = std::move(*id);
  user.email = account.email;
  user.email_verified = account.email_verified;
  // What the provider vouches for wins over what the request says.
  user.full_name = account.full_name ? account.full_name : hints.full_name;
  user.phone_number = account.phone_number ? account.phone_number : hints.phone_number;
  user.phone_verified = account.phone_number.has_value() && account.phone_verified;
  user.profile_image_url = account.profile_image_url;
  user.user_type = hints.user_type.value_or(options_.self_signup_types.front());
  user.created_at_ms = clock_.wall_ms();
  user.updated_at_ms = user.created_at_ms;
  user.identities.push_back(identity_of(provider, account, clock_.wall_ms()));
  create.authenticated_at_ms = authenticated_at_ms;
  auto created = store_.create_user(create, scope.call);
  if (!created) return storage_problem(created.error());
  if (const auto* conflict = std::get_if<store::Conflict>(&*created))
    return conflict_problem(conflict->field);
  return std::get<store::UserRow>(std::move(*created)).user;
}

http::Outcome<store::User> AccountDirectory::find_or_provision(const std::string& provider,
                                                               const ProviderAccount& account,
                                                               const ProfileHints& hints,
                                                               std::int64_t authenticated_at_ms,
                                                               const RequestScope& scope) {
  auto found = store_.find_user_by_identity({provider, account.subject}, scope.call);
  if (!found) return storage_problem(found.error());
  if (found->user) return note_verified_email(std::move(*found->user), account, authenticated_at_ms, scope);
  return provision(provider, acceptable(provider, account, scope), hints, authenticated_at_ms, scope);
}

http::Outcome<store::User> AccountDirectory::provision(const std::string& provider,
                                                       const ProviderAccount& account,
                                                       const ProfileHints& hints,
                                                       std::int64_t authenticated_at_ms,
                                                       const RequestScope& scope) {
  // Twice: of two logins that provision at once, one meets the other's user on its second look.
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto created = make(provider, account, hints, authenticated_at_ms, scope);
    if (created) {
      logger_.write(LogLevel::Information, "auth", "provisioned a user for a provider's account",
                    {{"user_id", std::string_view(created->id)},
                     {"provider", std::string_view(provider)},
                     {"request_id", scope.call.request_id}});
      return created;
    }
    if (created.error().code == ErrorCode::EmailAlreadyExists) return link(provider, account, scope);
    if (created.error().code == ErrorCode::PhoneAlreadyExists) {
      const bool proven = account.phone_verified && account.phone_number.has_value();
      if (proven && attempt == 0) {
        const auto freed = take_unproven_number(*account.phone_number, scope);
        if (!freed) return freed.error();
        if (*freed) continue;
      }
      // The number is a property, not the key: the person gets in, without it.
      ProviderAccount account_without = account;
      account_without.phone_number.reset();
      ProfileHints hints_without = hints;
      hints_without.phone_number.reset();
      return make(provider, account_without, hints_without, authenticated_at_ms, scope);
    }
    if (created.error().code != ErrorCode::UserAlreadyExists) return created;
    auto found = store_.find_user_by_identity({provider, account.subject}, scope.call);
    if (!found) return storage_problem(found.error());
    if (found->user) return note_verified_email(std::move(*found->user), account, authenticated_at_ms, scope);
  }
  // The identity is nobody's and cannot be had: its user was deleted while it was being checked.
  return Problem(ErrorCode::InvalidCredentials);
}

http::Outcome<bool> AccountDirectory::take_unproven_number(const std::string& phone_number,
                                                           const RequestScope& scope) {
  store::ListUsers holders;
  holders.search = phone_number;
  holders.limit = 100;
  const auto found = store_.list_users(holders, scope.call);
  if (!found) return storage_problem(found.error());
  for (const store::User& user : found->users) {
    if (user.phone_number != phone_number) continue;
    if (user.phone_verified) return false;
    store::UpdateUser without;
    without.id = user.id;
    without.phone_number = "";
    without.now_ms = clock_.wall_ms();
    const auto updated = store_.update_user(without, scope.call);
    if (!updated) return storage_problem(updated.error());
    logger_.write(LogLevel::Warning, "auth", "a phone number went to who has proven it",
                  {{"user_id", std::string_view(user.id)}, {"request_id", scope.call.request_id}});
    return true;
  }
  return false;
}

http::Outcome<store::User> AccountDirectory::note_verified_email(store::User user,
                                                                 const ProviderAccount& account,
                                                                 std::int64_t authenticated_at_ms,
                                                                 const RequestScope& scope) {
  const bool news = account.email_verified && !user.email_verified && is_email_of(user, account);
  if (!news || user.status == store::UserStatus::Deleted) return user;
  // Of a sign-in that is over itself nothing is news.
  const std::int64_t ended_at_ms = user.sessions_ended_at_ms.value_or(0);
  if (authenticated_at_ms / 1000 < ended_at_ms / 1000) return user;
  // Before it is noted that the email is proven: what fails in between is done again by the next sign-in.
  if (auto ended = sessions_.end_before(user.id, authenticated_at_ms - kProofPrecisionMs, scope); !ended)
    return ended.error();
  store::UpdateUser verified;
  verified.id = user.id;
  verified.email_verified = true;
  verified.now_ms = clock_.wall_ms();
  auto updated = store_.update_user(verified, scope.call);
  if (!updated) return storage_problem(updated.error());
  if (auto* row = std::get_if<store::UserRow>(&*updated)) return std::move(row->user);
  return user;
}

http::Outcome<Done> AccountDirectory::purge_unverified(const store::User& user, const RequestScope& scope) {
  for (const store::Identity& identity : user.identities) {
    plugin::PluginInstance* owner = providers_.find(identity.provider);
    if (owner == nullptr || !owner->has_capability("account-admin"))
      return Problem(ErrorCode::EmailAlreadyExists);
    const auto deleted = owner->call(DeleteAccount{identity.subject}, scope.call);
    if (!deleted) return provider_problem(*owner, deleted.error());
    if (const auto* rejected = std::get_if<Rejected>(&*deleted))
      return rejection_problem(*owner, rejected->reason);
  }
  return sessions_.revoke_user(user.id, scope);
}

http::Outcome<store::User> AccountDirectory::link(const std::string& provider, const ProviderAccount& account,
                                                  const RequestScope& scope) {
  if (!account.email || !account.email_verified) return Problem(ErrorCode::EmailAlreadyExists);
  auto found = store_.find_user_by_email({*account.email}, scope.call);
  if (!found) return storage_problem(found.error());
  if (!found->user) return Problem(ErrorCode::EmailAlreadyExists);  // gone since: the next try provisions
  const store::User& user = *found->user;
  if (!user.email_verified) {
    if (auto purged = purge_unverified(user, scope); !purged) return purged.error();
    logger_.write(LogLevel::Warning, "auth",
                  "unproven accounts removed: a verified identity took their email",
                  {{"user_id", std::string_view(user.id)}, {"request_id", scope.call.request_id}});
  }
  store::LinkIdentity link;
  link.user_id = user.id;
  link.now_ms = clock_.wall_ms() + 1;  // later than the end of the sessions, which is this request's own
  link.identity = identity_of(provider, account, link.now_ms);
  auto linked = store_.link_identity(link, scope.call);
  if (!linked) return storage_problem(linked.error());
  if (std::holds_alternative<store::NotFound>(*linked)) return Problem(ErrorCode::UserNotFound);
  if (const auto* conflict = std::get_if<store::Conflict>(&*linked)) return conflict_problem(conflict->field);
  store::UpdateUser verified;
  verified.id = user.id;
  verified.email_verified = true;
  verified.now_ms = clock_.wall_ms();
  auto updated = store_.update_user(verified, scope.call);
  if (!updated) return storage_problem(updated.error());
  if (auto* row = std::get_if<store::UserRow>(&*updated)) return std::move(row->user);
  return Problem(ErrorCode::UserNotFound);
}

}  // namespace gateway::auth
