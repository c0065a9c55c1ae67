#include "rows.hpp"

namespace gateway::postgres {

using store::Session;
using store::User;

std::string user_columns() {
  return "u.id, u.email, u.email_verified, u.full_name, u.phone_number, u.phone_verified, u.user_type, "
         "u.status, "
         "u.profile_image_url, u.last_login_at_ms, u.created_at_ms, u.updated_at_ms, u.sessions_ended_at_ms, "
         "(SELECT json_build_object('identities', json_agg(json_build_object('provider', i.provider, "
         "'subject', i.subject, 'email', i.email, 'email_verified', i.email_verified, "
         "'linked_at_ms', i.linked_at_ms) ORDER BY i.seq)) FROM identities i WHERE i.user_id = u.id)";
}

namespace {

struct IdentityList {
  std::vector<store::Identity> identities;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("identities", self.identities);
  }
};

}  // namespace

Error unknown_status() {
  return malformed("a user's status is not known to this version");
}

Result<User> user_in(const Rows& rows, int row, int first_column) {
  int column = first_column;
  User user;
  user.id = rows.text(row, column++);
  user.email = rows.maybe_text(row, column++);
  user.email_verified = rows.flag(row, column++);
  user.full_name = rows.maybe_text(row, column++);
  user.phone_number = rows.maybe_text(row, column++);
  user.phone_verified = rows.flag(row, column++);
  user.user_type = rows.text(row, column++);
  const auto status = parse_name<store::UserStatus>(rows.text(row, column++));
  user.profile_image_url = rows.maybe_text(row, column++);
  user.last_login_at_ms = rows.maybe_number(row, column++);
  user.created_at_ms = rows.number(row, column++);
  user.updated_at_ms = rows.number(row, column++);
  user.sessions_ended_at_ms = rows.maybe_number(row, column++);
  auto list = decode<IdentityList>(rows.text(row, column++));
  if (!status) return unknown_status();
  if (!list) return list.error();
  user.status = *status;
  user.identities = std::move(list->identities);
  return user;
}

Result<store::MaybeUser> maybe_user(const Rows& rows) {
  if (rows.empty()) return store::MaybeUser{};
  auto user = user_in(rows, 0);
  if (!user) return user.error();
  return store::MaybeUser{std::move(*user)};
}

std::string session_columns(const std::string& alias) {
  std::string columns;
  for (const char* name : {"id", "user_id", "provider", "subject", "created_at_ms", "expires_at_ms",
                           "idle_expires_at_ms", "revoked_at_ms"}) {
    columns.append(columns.empty() ? "" : ", ").append(alias).append(".").append(name);
  }
  return columns;
}

Session session_in(const Rows& rows, int row, int first_column) {
  int column = first_column;
  Session session;
  session.id = rows.text(row, column++);
  session.user_id = rows.text(row, column++);
  session.provider = rows.text(row, column++);
  session.subject = rows.text(row, column++);
  session.created_at_ms = rows.number(row, column++);
  session.expires_at_ms = rows.number(row, column++);
  session.idle_expires_at_ms = rows.number(row, column++);
  session.revoked_at_ms = rows.maybe_number(row, column++);
  return session;
}

}  // namespace gateway::postgres
