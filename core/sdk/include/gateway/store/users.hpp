// Group `users` and `identities`: each operation is one transaction in any back end.
#pragma once

#include <gateway/call.hpp>
#include <gateway/store/user.hpp>

namespace gateway::store {

// Stores the user with its identities, or nothing. A user cannot begin as Deleted (Invalid). Where several
// properties are taken, the first of id, email, phone_number, identity is named. Conflict "identity" as well
// where a user with that identity was deleted at or after authenticated_at_ms: who was signing in while the
// account was deleted does not come back as somebody new. A store remembers a deletion as long as the row of
// the deleted user (an import asks with 0, for any deletion), and for kRevocationMemoryMs at least.
struct CreateUser {
  static constexpr std::string_view kOperation = "users.create";
  using Reply = std::variant<Conflict, UserRow>;
  User user;
  std::optional<std::int64_t> authenticated_at_ms;  // when the check of the credentials began
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("user", self.user);
    f.optional("authenticated_at_ms", self.authenticated_at_ms);
  }
};

// Deleted users are found by id only.
struct GetUser {
  static constexpr std::string_view kOperation = "users.get";
  using Reply = MaybeUser;
  std::string id;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
  }
};

struct FindUserByIdentity {
  static constexpr std::string_view kOperation = "users.find_by_identity";
  using Reply = MaybeUser;
  std::string provider;
  std::string subject;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("provider", self.provider);
    f.required("subject", self.subject);
  }
};

struct FindUserByEmail {
  static constexpr std::string_view kOperation = "users.find_by_email";
  using Reply = MaybeUser;
  std::string email;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("email", self.email);
  }
};

// The user is the only Active one of the type that keep_active_of_type names, and would not be any more:
// nothing was changed.
struct LastOfType {
  static constexpr std::string_view kTag = "last_of_type";
  template <class Self, class Fields>
  static void fields(Self&, Fields&) {}
};

// Changes what is present and leaves the rest; an empty text clears full_name, phone_number or
// profile_image_url. A changed phone number is not verified any more unless phone_verified says so in the
// same call.
//
// keep_active_of_type: of any number of concurrent operations that say so, one leaves an Active user of that
// type in place: each is decided on what the others have done. Who is not Active of that type is changed as
// ever, whether there is anybody of it or not.
struct UpdateUser {
  static constexpr std::string_view kOperation = "users.update";
  // NotFound for a Deleted user as well.
  using Reply = std::variant<NotFound, Conflict, LastOfType, UserRow>;
  std::string id;
  std::optional<std::string> full_name;
  std::optional<std::string> phone_number;
  std::optional<bool> phone_verified;
  std::optional<std::string> profile_image_url;
  std::optional<std::string> user_type;
  std::optional<UserStatus> status;  // never Deleted: that is users.delete
  std::optional<bool> email_verified;
  std::optional<std::int64_t> last_login_at_ms;
  std::int64_t now_ms = 0;
  std::optional<std::string> keep_active_of_type = std::nullopt;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
    f.optional("full_name", self.full_name);
    f.optional("phone_number", self.phone_number);
    f.optional("phone_verified", self.phone_verified);
    f.optional("profile_image_url", self.profile_image_url);
    f.optional("user_type", self.user_type);
    f.optional("status", self.status);
    f.optional("email_verified", self.email_verified);
    f.optional("last_login_at_ms", self.last_login_at_ms);
    f.required("now_ms", self.now_ms);
    f.optional("keep_active_of_type", self.keep_active_of_type);
  }
};

// Soft: the row stays with status Deleted and loses its identities; email and phone number may stay in it,
// but are free for others; every session is revoked. NotFound for a Deleted user as well.
// keep_active_of_type: as of users.update.
struct DeleteUser {
  static constexpr std::string_view kOperation = "users.delete";
  using Reply = std::variant<NotFound, LastOfType, UserRow>;
  std::string id;
  std::int64_t now_ms = 0;
  std::optional<std::string> keep_active_of_type = std::nullopt;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
    f.required("now_ms", self.now_ms);
    f.optional("keep_active_of_type", self.keep_active_of_type);
  }
};

struct UserPage {
  std::vector<User> users;
  std::int64_t total = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("users", self.users);
    f.required("total", self.total);
  }
};

// A place in the order of users.list.
struct UserPlace {
  std::int64_t created_at_ms = 0;
  std::string id;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("created_at_ms", self.created_at_ms);
    f.required("id", self.id);
  }
};

// Newest first, then by id. Deleted users only when `status` asks for them. `total` counts all that match,
// wherever the page begins; with `search` a back end may stop counting at 10000.
struct ListUsers {
  static constexpr std::string_view kOperation = "users.list";
  using Reply = UserPage;
  std::int64_t offset = 0;
  std::int64_t limit = 20;  // 1 … 100
  std::optional<std::string> user_type;
  std::optional<UserStatus> status;
  std::optional<std::string> search;  // part of email, full name or phone number, case-insensitive
  // The page begins behind this place, and `offset` counts from there: the last user of one page leads to the
  // next without a walk over those before it.
  std::optional<UserPlace> after;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("offset", self.offset);
    f.optional("limit", self.limit);
    f.optional("user_type", self.user_type);
    f.optional("status", self.status);
    f.optional("search", self.search);
    f.optional("after", self.after);
  }
};

// Adds an identity to a user. The same identity on the same user again is done, not a conflict.
struct LinkIdentity {
  static constexpr std::string_view kOperation = "identities.link";
  using Reply = std::variant<NotFound, Conflict, UserRow>;
  std::string user_id;
  Identity identity;
  std::int64_t now_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("user_id", self.user_id);
    f.required("identity", self.identity);
    f.required("now_ms", self.now_ms);
  }
};

class Users {
 public:
  virtual ~Users() = default;
  virtual Result<CreateUser::Reply> create_user(const CreateUser&, const CallContext&) = 0;
  virtual Result<MaybeUser> get_user(const GetUser&, const CallContext&) = 0;
  virtual Result<MaybeUser> find_user_by_identity(const FindUserByIdentity&, const CallContext&) = 0;
  virtual Result<MaybeUser> find_user_by_email(const FindUserByEmail&, const CallContext&) = 0;
  virtual Result<UpdateUser::Reply> update_user(const UpdateUser&, const CallContext&) = 0;
  virtual Result<DeleteUser::Reply> delete_user(const DeleteUser&, const CallContext&) = 0;
  virtual Result<UserPage> list_users(const ListUsers&, const CallContext&) = 0;
  virtual Result<LinkIdentity::Reply> link_identity(const LinkIdentity&, const CallContext&) = 0;
};

}  // namespace gateway::store
