#include "user_table.hpp"

#include <algorithm>
#include <set>

#include "ascii.hpp"
#include "limits.hpp"

namespace gateway::memory {

using store::Conflict;
using store::Identity;
using store::NotFound;
using store::User;
using store::UserRow;
using store::UserStatus;

namespace {

constexpr std::size_t kMaxIdentitiesPerUser = 32;
constexpr std::int64_t kMaxUsersPage = 100;

store::MaybeUser found(const User* user) {
  return user == nullptr ? store::MaybeUser{} : store::MaybeUser{*user};
}

template <class Map, class Key>
User* look_up(const Map& map, const Key& key) {
  const auto it = map.find(key);
  return it == map.end() ? nullptr : it->second;
}

bool has_twins(const std::vector<Identity>& identities) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  return !std::all_of(identities.begin(), identities.end(),
                      [&](const Identity& i) { return seen.emplace(i.provider, i.subject).second; });
}

// An empty text clears, as the contract says.
void replace(std::optional<std::string>& field, const std::optional<std::string>& change) {
  if (!change) return;
  field = change->empty() ? std::nullopt : change;
}

template <class T, class U>
void assign_if(T& field, const std::optional<U>& change) {
  if (change) field = *change;
}

bool matches(const User& user, const store::ListUsers& filter) {
  if (filter.status ? user.status != *filter.status : user.status == UserStatus::Deleted) return false;
  if (filter.user_type && user.user_type != *filter.user_type) return false;
  if (!filter.search) return true;
  const auto holds = [&](const std::optional<std::string>& text) {
    return text && contains_ignoring_case(*text, *filter.search);
  };
  return holds(user.email) || holds(user.full_name) || holds(user.phone_number);
}

}  // namespace

Result<store::CreateUser::Reply> UserTable::create(const store::CreateUser& request) {
  const User& user = request.user;
  if (user.status == UserStatus::Deleted) return invalid("a user cannot be created as Deleted");
  if (has_twins(user.identities)) return invalid("the user has an identity twice");
  if (users_.count(user.id) != 0) return {Conflict{"id"}};
  if (user.email && by_email_.count(lower(*user.email)) != 0) return {Conflict{"email"}};
  if (user.phone_number && by_phone_.count(*user.phone_number) != 0) return {Conflict{"phone_number"}};
  for (const Identity& identity : user.identities) {
    const IdentityKey key{identity.provider, identity.subject};
    const bool deleted_since =
        request.authenticated_at_ms && deleted_identities_.happened_since(key, *request.authenticated_at_ms);
    if (by_identity_.count(key) != 0 || deleted_since) return {Conflict{"identity"}};
  }
  if (users_.size() >= max_users_) return full("users");
  if (user.identities.size() > kMaxIdentitiesPerUser) return full("identities of a user");

  User& row = users_.emplace(user.id, user).first->second;
  row.sessions_ended_at_ms.reset();
  if (row.email) by_email_.emplace(lower(*row.email), &row);
  if (row.phone_number) by_phone_.emplace(*row.phone_number, &row);
  for (const Identity& identity : row.identities)
    by_identity_.emplace(IdentityKey{identity.provider, identity.subject}, &row);
  newest_first_.emplace(OrderKey{~row.created_at_ms, row.id}, &row);
  count_active(row, 1);
  return {UserRow{row}};
}

store::MaybeUser UserTable::get(const std::string& id) const {
  const auto it = users_.find(id);
  return found(it == users_.end() ? nullptr : &it->second);
}

std::optional<store::SessionUser> UserTable::session_user(const std::string& id) const {
  const auto it = users_.find(id);
  if (it == users_.end()) return std::nullopt;
  const User& user = it->second;
  return store::SessionUser{user.id, user.email, user.user_type, user.status};
}

store::MaybeUser UserTable::find_by_identity(const store::FindUserByIdentity& request) const {
  return found(look_up(by_identity_, IdentityKey{request.provider, request.subject}));
}

store::MaybeUser UserTable::find_by_email(const std::string& email) const {
  return found(look_up(by_email_, lower(email)));
}

User* UserTable::find_living(const std::string& id) {
  const auto it = users_.find(id);
  return it == users_.end() || it->second.status == UserStatus::Deleted ? nullptr : &it->second;
}

bool UserTable::is_last_of(const User& user, const std::optional<std::string>& type) const {
  return type && user.user_type == *type && user.status == UserStatus::Active &&
         active_of_type_.at(*type) == 1;
}

void UserTable::count_active(const User& user, std::ptrdiff_t difference) {
  if (user.status != UserStatus::Active) return;
  const auto counted = active_of_type_.try_emplace(user.user_type, 0).first;
  counted->second += difference;
  if (counted->second == 0) active_of_type_.erase(counted);  // types come and go; none stays that nobody has
}

Result<store::UpdateUser::Reply> UserTable::update(const store::UpdateUser& request) {
  if (request.status == UserStatus::Deleted) return invalid("users.update cannot delete");
  User* user = find_living(request.id);
  if (user == nullptr) return {NotFound{}};
  const bool stays = request.user_type.value_or(user->user_type) == user->user_type &&
                     request.status.value_or(user->status) == user->status;
  if (!stays && is_last_of(*user, request.keep_active_of_type)) return {store::LastOfType{}};

  const std::optional<std::string> old_phone = user->phone_number;
  std::optional<std::string> new_phone = old_phone;
  replace(new_phone, request.phone_number);
  if (new_phone != old_phone) {
    if (new_phone && by_phone_.count(*new_phone) != 0) return {Conflict{"phone_number"}};
    if (old_phone) by_phone_.erase(*old_phone);
    if (new_phone) by_phone_.emplace(*new_phone, user);
    user->phone_number = new_phone;
    user->phone_verified = false;
  }
  assign_if(user->phone_verified, request.phone_verified);
  replace(user->full_name, request.full_name);
  replace(user->profile_image_url, request.profile_image_url);
  count_active(*user, -1);
  assign_if(user->user_type, request.user_type);
  assign_if(user->status, request.status);
  count_active(*user, 1);
  assign_if(user->email_verified, request.email_verified);
  assign_if(user->last_login_at_ms, request.last_login_at_ms);
  user->updated_at_ms = request.now_ms;
  return {UserRow{*user}};
}

store::DeleteUser::Reply UserTable::remove(const store::DeleteUser& request) {
  User* user = find_living(request.id);
  if (user == nullptr) return NotFound{};
  if (is_last_of(*user, request.keep_active_of_type)) return store::LastOfType{};
  count_active(*user, -1);
  if (user->email) by_email_.erase(lower(*user->email));
  if (user->phone_number) by_phone_.erase(*user->phone_number);
  for (const Identity& identity : user->identities) {
    by_identity_.erase({identity.provider, identity.subject});
    deleted_identities_.note({identity.provider, identity.subject}, request.now_ms);
  }
  user->identities.clear();
  user->status = UserStatus::Deleted;
  user->updated_at_ms = request.now_ms;
  note_sessions_ended(user->id, request.now_ms);
  return UserRow{*user};
}

void UserTable::note_sessions_ended(const std::string& id, std::int64_t at_ms) {
  const auto it = users_.find(id);
  if (it == users_.end()) return;
  std::optional<std::int64_t>& ended_at_ms = it->second.sessions_ended_at_ms;
  ended_at_ms = std::max(ended_at_ms.value_or(at_ms), at_ms);
}

Result<store::UserPage> UserTable::list(const store::ListUsers& request) const {
  if (request.offset < 0 || request.limit < 1 || request.limit > kMaxUsersPage)
    return invalid("offset or limit out of range");
  store::UserPage page;
  std::int64_t passed = 0;
  for (const auto& [order, user] : newest_first_) {
    if (!matches(*user, request)) continue;
    ++page.total;
    if (request.after && order <= OrderKey{~request.after->created_at_ms, request.after->id}) continue;
    if (passed++ >= request.offset && static_cast<std::int64_t>(page.users.size()) < request.limit)
      page.users.push_back(*user);
  }
  return page;
}

Result<store::LinkIdentity::Reply> UserTable::link(const store::LinkIdentity& request) {
  User* user = find_living(request.user_id);
  if (user == nullptr) return {NotFound{}};
  const IdentityKey key{request.identity.provider, request.identity.subject};
  const User* owner = look_up(by_identity_, key);
  if (owner == user) return {UserRow{*user}};
  if (owner != nullptr) return {Conflict{"identity"}};
  if (user->identities.size() >= kMaxIdentitiesPerUser) return full("identities of a user");
  user->identities.push_back(request.identity);
  user->updated_at_ms = request.now_ms;
  by_identity_.emplace(key, user);
  return {UserRow{*user}};
}

}  // namespace gateway::memory
