// Users and their identities. Look-ups by id, email, phone number and (provider, subject) are by index; the
// list walks an index that is ordered as the contract wants it. Not thread-safe: MemoryStore holds the lock.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include <gateway/store/sessions.hpp>
#include <gateway/store/users.hpp>

#include "recent_times.hpp"

namespace gateway::memory {

class UserTable {
 public:
  explicit UserTable(std::size_t max_users)
      : max_users_(max_users),
        deleted_identities_(max_users, std::numeric_limits<std::int64_t>::max()) {}  // as the users' rows

  Result<store::CreateUser::Reply> create(const store::CreateUser& request);
  store::MaybeUser get(const std::string& id) const;
  std::optional<store::SessionUser> session_user(const std::string& id) const;
  store::MaybeUser find_by_identity(const store::FindUserByIdentity& request) const;
  store::MaybeUser find_by_email(const std::string& email) const;
  Result<store::UpdateUser::Reply> update(const store::UpdateUser& request);
  store::DeleteUser::Reply remove(
      const store::DeleteUser& request);  // the sessions are MemoryStore's business
  // All sessions of the user were ended; nobody's is nothing.
  void note_sessions_ended(const std::string& id, std::int64_t at_ms);
  Result<store::UserPage> list(const store::ListUsers& request) const;
  Result<store::LinkIdentity::Reply> link(const store::LinkIdentity& request);

 private:
  using IdentityKey = std::pair<std::string, std::string>;
  // First the complement of created_at_ms (complement, not minus: it cannot overflow), then the id.
  using OrderKey = std::pair<std::int64_t, std::string>;

  store::User* find_living(const std::string& id);
  // Whether nobody else is Active of that type.
  bool is_last_of(const store::User& user, const std::optional<std::string>& type) const;
  void count_active(const store::User& user, std::ptrdiff_t difference);

  std::size_t max_users_;
  std::unordered_map<std::string, store::User> users_;  // its nodes do not move: the indices point into it
  std::unordered_map<std::string, store::User*> by_email_;
  std::unordered_map<std::string, store::User*> by_phone_;
  std::map<IdentityKey, store::User*> by_identity_;
  std::map<OrderKey, const store::User*> newest_first_;
  std::unordered_map<std::string, std::ptrdiff_t> active_of_type_;
  RecentTimes<IdentityKey> deleted_identities_;
};

}  // namespace gateway::memory
