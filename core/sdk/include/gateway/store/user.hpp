// User records: the gateway's own view of a person, keyed by id and found by (provider, subject).
#pragma once

#include <string>
#include <vector>

#include <gateway/message.hpp>

namespace gateway::store {

// How long a store remembers at least that a user was deleted, or that all of a user's sessions were revoked:
// longer than any request lives.
inline constexpr std::int64_t kRevocationMemoryMs = 3'600'000;

enum class UserStatus { Active, Inactive, Suspended, Deleted };
constexpr auto enum_names(UserStatus) {
  using S = UserStatus;
  return std::array<EnumName<S>, 4>{{{S::Active, "Active"},
                                     {S::Inactive, "Inactive"},
                                     {S::Suspended, "Suspended"},
                                     {S::Deleted, "Deleted"}}};
}

struct Identity {
  std::string provider;  // the provider's instance id
  std::string subject;   // unique within the provider
  std::optional<std::string> email;
  bool email_verified = false;
  std::int64_t linked_at_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("provider", self.provider);
    f.required("subject", self.subject);
    f.optional("email", self.email);
    f.optional("email_verified", self.email_verified);
    f.optional("linked_at_ms", self.linked_at_ms);
  }
};

struct User {
  std::string id;  // UUID, made by the caller
  std::optional<std::string>
      email;  // as written; unique among users that are not Deleted, compared case-insensitively
  bool email_verified = false;
  std::optional<std::string> full_name;
  std::optional<std::string> phone_number;  // E.164; unique among users that are not Deleted
  bool phone_verified = false;
  std::string user_type;
  UserStatus status = UserStatus::Active;
  std::optional<std::string> profile_image_url;
  std::optional<std::int64_t> last_login_at_ms;
  std::int64_t created_at_ms = 0;
  std::int64_t updated_at_ms = 0;
  std::vector<Identity> identities;
  // When all of its sessions were last ended (sessions.revoke with user_id, users.delete); kept as long as
  // the user, by the store alone: users.create ignores it.
  std::optional<std::int64_t> sessions_ended_at_ms;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
    f.optional("email", self.email);
    f.optional("email_verified", self.email_verified);
    f.optional("full_name", self.full_name);
    f.optional("phone_number", self.phone_number);
    f.optional("phone_verified", self.phone_verified);
    f.required("user_type", self.user_type);
    f.optional("status", self.status);
    f.optional("profile_image_url", self.profile_image_url);
    f.optional("last_login_at_ms", self.last_login_at_ms);
    f.required("created_at_ms", self.created_at_ms);
    f.required("updated_at_ms", self.updated_at_ms);
    f.optional("identities", self.identities);
    f.optional("sessions_ended_at_ms", self.sessions_ended_at_ms);
  }
};

// Outcomes that several operations share.
struct UserRow {
  static constexpr std::string_view kTag = "done";
  User user;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("user", self.user);
  }
};

struct NotFound {
  static constexpr std::string_view kTag = "not_found";
  template <class Self, class Fields>
  static void fields(Self&, Fields&) {}
};

// A unique property is taken. `field`: "email", "phone_number", "identity" or "id".
struct Conflict {
  static constexpr std::string_view kTag = "conflict";
  std::string field;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("field", self.field);
  }
};

struct MaybeUser {
  std::optional<User> user;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("user", self.user);
  }
};

}  // namespace gateway::store
