// Users and their identities, but for users.list (user_list.cpp).
#include <algorithm>
#include <set>
#include <utility>

#include "postgres_store.hpp"
#include "rows.hpp"

namespace gateway::postgres {

using store::Conflict;
using store::Identity;
using store::LastOfType;
using store::NotFound;
using store::User;
using store::UserRow;
using store::UserStatus;

namespace {

constexpr std::size_t kMaxIdentitiesPerUser = 32;

// Deleted identities are looked up one by one: a join would read them all, as how few `theirs` are is not
// known.
const Statement kCreate{"users.create", R"sql(
WITH theirs AS MATERIALIZED (
  SELECT * FROM ROWS FROM (jsonb_to_recordset($13::jsonb -> 'identities')
    AS (provider text COLLATE "C", subject text COLLATE "C", email text, email_verified boolean, linked_at_ms bigint))
    WITH ORDINALITY
    AS i (provider, subject, email, email_verified, linked_at_ms, place)),
made AS (
  INSERT INTO users (id, email, email_verified, full_name, phone_number, phone_verified, user_type, status,
                     profile_image_url, last_login_at_ms, created_at_ms, updated_at_ms)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
  WHERE $14::bigint IS NULL OR NOT EXISTS (
    SELECT 1 FROM theirs WHERE $14 <= (
      SELECT d.deleted_at_ms FROM deleted_identities d
      WHERE d.provider = theirs.provider AND d.subject = theirs.subject))
  RETURNING id),
owned AS (
  INSERT INTO identities (provider, subject, user_id, email, email_verified, linked_at_ms)
  SELECT i.provider, i.subject, made.id, i.email, i.email_verified, i.linked_at_ms FROM made, theirs i
  ORDER BY i.place)
SELECT id FROM made)sql"};

const Statement kGet{"users.get", "SELECT " + user_columns() + " FROM users u WHERE u.id = $1"};

const Statement kFindByIdentity{"users.find_by_identity", "SELECT " + user_columns() + R"sql(
FROM identities found JOIN users u ON u.id = found.user_id
WHERE found.provider = $1 AND found.subject = $2 AND u.status <> 'Deleted')sql"};

const Statement kFindByEmail{"users.find_by_email", "SELECT " + user_columns() + R"sql(
FROM users u WHERE lower(u.email COLLATE "C") = lower($1::text COLLATE "C") AND u.status <> 'Deleted')sql"};

constexpr const char* kChanges = R"sql(
  full_name = CASE WHEN $2::text IS NULL THEN u.full_name ELSE nullif($2, '') END,
  phone_number = CASE WHEN $3::text IS NULL THEN u.phone_number ELSE nullif($3, '') END,
  phone_verified = CASE WHEN $4::boolean IS NOT NULL THEN $4
    WHEN $3 IS NOT NULL AND nullif($3, '') IS DISTINCT FROM u.phone_number THEN false
    ELSE u.phone_verified END,
  profile_image_url = CASE WHEN $5::text IS NULL THEN u.profile_image_url ELSE nullif($5, '') END,
  email_verified = coalesce($6::boolean, u.email_verified),
  last_login_at_ms = coalesce($7::bigint, u.last_login_at_ms),
  updated_at_ms = $8)sql";

const Statement kUpdate{"users.update", std::string("UPDATE users u SET ") + kChanges +
                                            " WHERE u.id = $1 AND u.status <> 'Deleted' RETURNING " +
                                            user_columns()};

// Before a change that must leave an Active user of the type $2, in one transaction with it: whoever is one
// gives that up one after the other, so that the statement behind this one counts what is left. The row comes
// first and what it says is read from it once it is locked; no holder of the second lock waits for a row that
// is held by one who waits for it, since the others are only counted. The first number is any that nobody
// else uses.
const Statement kLockType{"users.lock_type", R"sql(
WITH target AS MATERIALIZED (SELECT user_type, status FROM users WHERE id = $1 FOR UPDATE)
SELECT pg_advisory_xact_lock(1768387687, hashtext($2::text)) FROM target WHERE user_type = $2 AND status = 'Active')sql"};

// Whether the user is the only Active one of `type`, a parameter that may be null. The numbers are few rows
// and exact (migrations/0003).
std::string is_last_of(const std::string& type) {
  return "coalesce(user_type = " + type +
         "::text AND status = 'Active' AND (SELECT sum(number) FROM user_counts WHERE user_counts.user_type "
         "= " +
         type + " AND user_counts.status = 'Active') <= 1, false)";
}

// Type and status as well: these may take something away, which the other instances are told. The row is
// locked first, so that what it was is what it was at the moment of the change. No row: there is no such
// user; a row without a user: it is the last one of its type.
const Statement kUpdateAccess{"users.update_access", std::string(R"sql(
WITH old AS (SELECT id, user_type, status,
    (coalesce($9::text, user_type) <> user_type OR coalesce($10::text, status) <> status) AND )sql") +
                                                         is_last_of("$11") + R"sql( AS is_last
  FROM users WHERE id = $1 AND status <> 'Deleted' FOR UPDATE),
u AS (UPDATE users u SET )sql" + kChanges + R"sql(,
    user_type = coalesce($9::text, u.user_type), status = coalesce($10::text, u.status)
  FROM old WHERE u.id = old.id AND NOT old.is_last
  RETURNING u.*, (u.status <> old.status AND u.status <> 'Active') OR u.user_type <> old.user_type AS is_less),
told AS (INSERT INTO revocations (user_id) SELECT id FROM u WHERE is_less)
SELECT )sql" + user_columns() + " FROM old LEFT JOIN u ON true"};

const Statement kLock{"users.lock", "SELECT 1 FROM users WHERE id = $1 FOR UPDATE"};

const Statement kDelete{"users.delete", std::string(R"sql(
WITH old AS (SELECT id, )sql") + is_last_of("$3") +
                                            R"sql( AS is_last
  FROM users WHERE id = $1 AND status <> 'Deleted' FOR UPDATE),
u AS (UPDATE users SET status = 'Deleted', updated_at_ms = $2, sessions_ended_at_ms = $2
      FROM old WHERE users.id = old.id AND NOT old.is_last RETURNING users.*),
unlinked AS (DELETE FROM identities USING u WHERE identities.user_id = u.id RETURNING provider, subject),
remembered AS (
  INSERT INTO deleted_identities (provider, subject, deleted_at_ms) SELECT provider, subject, $2 FROM unlinked
  ON CONFLICT (provider, subject) DO UPDATE SET deleted_at_ms = greatest(deleted_identities.deleted_at_ms, $2)),
ended AS (UPDATE sessions SET revoked_at_ms = $2 FROM u
          WHERE sessions.user_id = u.id AND sessions.revoked_at_ms IS NULL),
told AS (INSERT INTO revocations (user_id) SELECT id FROM u)
SELECT )sql" + user_columns() + " FROM old LEFT JOIN u ON true"};

const Statement kLink{"identities.link", R"sql(
WITH u AS (SELECT id FROM users WHERE id = $1 AND status <> 'Deleted' FOR UPDATE),
added AS (
  INSERT INTO identities (provider, subject, user_id, email, email_verified, linked_at_ms)
  SELECT $2, $3, u.id, $4, $5, $6 FROM u
  WHERE (SELECT count(*) FROM identities i WHERE i.user_id = $1) < $8
  ON CONFLICT (provider, subject) DO NOTHING RETURNING 1)
UPDATE users SET updated_at_ms = $7 FROM u, added WHERE users.id = u.id)sql"};

const Statement kLinked{"identities.linked", "SELECT " + user_columns() + R"sql(,
  (SELECT owned.user_id FROM identities owned WHERE owned.provider = $2 AND owned.subject = $3)
FROM users u WHERE u.id = $1 AND u.status <> 'Deleted')sql"};

// Which property a unique violation is about; empty: none of those that are an outcome.
std::string conflict_field(const Failure& failure) {
  if (!failure.is_unique_violation()) return "";
  if (failure.constraint == "users_pkey") return "id";
  if (failure.constraint == "users_email") return "email";
  if (failure.constraint == "users_phone_number") return "phone_number";
  if (failure.constraint == "identities_pkey") return "identity";
  return "";
}

bool has_twins(const std::vector<Identity>& identities) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  return !std::all_of(identities.begin(), identities.end(),
                      [&](const Identity& i) { return seen.emplace(i.provider, i.subject).second; });
}

struct IdentitiesOf {
  const std::vector<Identity>& identities;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("identities", self.identities);
  }
};

// A text in which jsonb could not hold a NUL; every other text goes as a parameter of its own, which is
// checked.
bool has_nul(const std::vector<Identity>& identities) {
  const auto holds = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  return std::any_of(identities.begin(), identities.end(), [&](const Identity& i) {
    return holds(i.provider) || holds(i.subject) || holds(i.email.value_or(""));
  });
}

}  // namespace

Result<store::CreateUser::Reply> PostgresStore::create_user(const store::CreateUser& request,
                                                            const CallContext& context) {
  const User& user = request.user;
  if (user.status == UserStatus::Deleted) return invalid("a user cannot be created as Deleted");
  if (has_twins(user.identities)) return invalid("the user has an identity twice");
  if (has_nul(user.identities)) return invalid("a text of an identity holds a NUL byte");
  if (user.identities.size() > kMaxIdentitiesPerUser) return invalid("too many identities");
  Parameters parameters;
  parameters.add(user.id).add(user.email).add_flag(user.email_verified).add(user.full_name);
  parameters.add(user.phone_number).add_flag(user.phone_verified).add(user.user_type);
  parameters.add(name_of(user.status)).add(user.profile_image_url).add(user.last_login_at_ms);
  parameters.add(user.created_at_ms).add(user.updated_at_ms).add(encode(IdentitiesOf{user.identities}));
  parameters.add(request.authenticated_at_ms);
  const auto rows = database_.run(kCreate, parameters, context);
  if (rows && rows->empty()) return {Conflict{"identity"}};
  if (rows) {
    UserRow made{user};
    made.user.sessions_ended_at_ms.reset();
    return {std::move(made)};
  }
  if (std::string field = conflict_field(rows.error()); !field.empty()) return {Conflict{std::move(field)}};
  return rows.error().error;
}

Result<store::MaybeUser> PostgresStore::look_up(const Statement& statement, const Parameters& parameters,
                                                const CallContext& context) {
  const auto rows = database_.run(statement, parameters, context);
  if (!rows) return rows.error().error;
  return maybe_user(*rows);
}

Result<store::MaybeUser> PostgresStore::get_user(const store::GetUser& request, const CallContext& context) {
  return look_up(kGet, Parameters().add(request.id), context);
}

Result<store::MaybeUser> PostgresStore::find_user_by_identity(const store::FindUserByIdentity& request,
                                                              const CallContext& context) {
  return look_up(kFindByIdentity, Parameters().add(request.provider).add(request.subject), context);
}

Result<store::MaybeUser> PostgresStore::find_user_by_email(const store::FindUserByEmail& request,
                                                           const CallContext& context) {
  return look_up(kFindByEmail, Parameters().add(request.email), context);
}

Result<store::UpdateUser::Reply> PostgresStore::update_user(const store::UpdateUser& request,
                                                            const CallContext& context) {
  if (request.status == UserStatus::Deleted) return invalid("users.update cannot delete");
  Parameters parameters;
  parameters.add(request.id).add(request.full_name).add(request.phone_number);
  parameters.add_flag(request.phone_verified).add(request.profile_image_url);
  parameters.add_flag(request.email_verified).add(request.last_login_at_ms).add(request.now_ms);
  const bool access = request.user_type || request.status;
  if (access) {
    parameters.add(request.user_type);
    if (request.status) {
      parameters.add(name_of(*request.status));
    } else {
      parameters.add_null();
    }
    parameters.add(request.keep_active_of_type);
  }
  std::vector<Query> queries;
  Parameters lock;
  if (access && request.keep_active_of_type) {
    lock.add(request.id).add(*request.keep_active_of_type);
    queries.push_back({kLockType, lock});
  }
  queries.push_back({access ? kUpdateAccess : kUpdate, parameters});
  const auto answers = database_.run_together(queries, context);
  if (!answers) {
    if (std::string field = conflict_field(answers.error()); !field.empty())
      return {Conflict{std::move(field)}};
    return answers.error().error;
  }
  const Rows& rows = answers->back();
  if (rows.empty()) return {NotFound{}};
  if (rows.is_null(0, 0)) return {LastOfType{}};
  auto user = user_in(rows, 0);
  if (!user) return user.error();
  return {UserRow{std::move(*user)}};
}

// Two statements, one transaction: the second one's snapshot is taken when the row is locked, so that an
// identity or a session that somebody adds at the same moment is either seen by it or comes too late.
Result<store::DeleteUser::Reply> PostgresStore::delete_user(const store::DeleteUser& request,
                                                            const CallContext& context) {
  Parameters lock;
  lock.add(request.id);
  if (request.keep_active_of_type) lock.add(*request.keep_active_of_type);
  Parameters parameters;
  parameters.add(request.id).add(request.now_ms).add(request.keep_active_of_type);
  const Statement& first = request.keep_active_of_type ? kLockType : kLock;
  const auto answers = database_.run_together({{first, lock}, {kDelete, parameters}}, context);
  if (!answers) return answers.error().error;
  const Rows& rows = answers->back();
  if (rows.empty()) return {NotFound{}};
  if (rows.is_null(0, 0)) return {LastOfType{}};
  auto user = user_in(rows, 0);
  if (!user) return user.error();
  user->identities.clear();  // as the statement's own snapshot has them still
  return {UserRow{std::move(*user)}};
}

// The second statement sees what the first one met: an identity that another transaction has taken in
// between.
Result<store::LinkIdentity::Reply> PostgresStore::link_identity(const store::LinkIdentity& request,
                                                                const CallContext& context) {
  const Identity& identity = request.identity;
  Parameters link;
  link.add(request.user_id).add(identity.provider).add(identity.subject).add(identity.email);
  link.add_flag(identity.email_verified).add(identity.linked_at_ms).add(request.now_ms);
  link.add(static_cast<std::int64_t>(kMaxIdentitiesPerUser));
  Parameters linked;
  linked.add(request.user_id).add(identity.provider).add(identity.subject);
  const auto answers = database_.run_together({{kLink, link}, {kLinked, linked}}, context);
  if (!answers) return answers.error().error;
  const Rows& rows = answers->back();
  if (rows.empty()) return {NotFound{}};
  const auto owner = rows.maybe_text(0, kUserColumns);
  if (!owner) return Error{ErrorKind::Overloaded, "the bound on identities of a user is reached", 0};
  if (*owner != request.user_id) return {Conflict{"identity"}};
  auto user = user_in(rows, 0);
  if (!user) return user.error();
  return {UserRow{std::move(*user)}};
}

}  // namespace gateway::postgres
