#include "migrator.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <poll.h>

#include <gateway/toolkit/sha256.hpp>

namespace gateway::postgres {

using store::MigrateMode;
using store::SchemaState;
using store::SchemaStep;
using store::StepState;

namespace {

constexpr int kLockPauseMs = 100;
constexpr int kBusyPauseMs = 500;
constexpr int kMostTries = 20;
constexpr const char* kLockKey = "7595434480233312599";  // any number that nobody else uses
constexpr std::string_view kInsufficientPrivilege = "42501";
constexpr std::string_view kNoTransaction = "-- transaction: none";
constexpr std::string_view kNext = "\n-- next\n";

std::string checksum_of(std::string_view sql) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : toolkit::sha256(sql)) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

// What the service reads and writes, as migrations/grants.sql has it.
constexpr const char* kUnusableTables = R"sql(
SELECT string_agg(name, ', ') FROM unnest(ARRAY['users', 'identities', 'deleted_identities', 'credentials', 'sessions',
  'session_tokens', 'codes', 'gateway_keys', 'audit_events', 'records', 'revocations', 'user_counts', 'api_keys']) AS name
WHERE NOT coalesce(has_table_privilege(to_regclass(name), 'SELECT') AND has_table_privilege(to_regclass(name), 'INSERT')
  AND has_table_privilege(to_regclass(name), 'DELETE')
  AND (name = 'audit_events' OR has_table_privilege(to_regclass(name), 'UPDATE')), false))sql";

std::string as_literal(std::string_view text) {
  std::string literal = " E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') literal += c;
    literal += c;
  }
  return literal + "'";
}

// In its first lines: among the comments that the file begins with.
bool runs_outside_a_transaction(std::string_view sql) {
  while (sql.substr(0, 2) == "--") {
    if (sql.substr(0, kNoTransaction.size()) == kNoTransaction) return true;
    sql.remove_prefix(std::min(sql.find('\n') + 1, sql.size()));
  }
  return false;
}

std::vector<std::string> statements_of(std::string_view sql) {
  std::vector<std::string> all;
  for (;;) {
    const std::size_t end = sql.find(kNext);
    all.emplace_back(sql.substr(0, end));
    if (end == std::string_view::npos) return all;
    sql.remove_prefix(end + kNext.size());
  }
}

std::string title_of(const MigrationStep& step) {
  const std::string number = std::to_string(step.version);
  return "migration " + std::string(number.size() < 4 ? 4 - number.size() : 0, '0') + number + "_" +
         std::string(step.name);
}

}  // namespace

Result<SchemaState> Migrator::run(const store::MigrateStore& request, const Deadline& deadline) const {
  auto opened = Connection::open(settings_, deadline.sooner(settings_.connect_timeout_ms), -1);
  if (!opened) return opened.error().error;
  Connection& connection = **opened;
  auto state = read(connection, deadline);
  if (!state || request.mode != MigrateMode::Apply) return state;
  const bool is_done = std::all_of(state->steps.begin(), state->steps.end(), [](const SchemaStep& step) {
    return step.state == StepState::Applied || step.state == StepState::Unknown;
  });
  if (is_done && !request.service_role) return state;
  if (!settings_.keeps_session())
    return invalid("migrations need a direct connection, without PgBouncer=true: their lock is a session's");

  // A step may take its time; waiting for a lock may not: whoever comes behind it would wait as well.
  const auto prepared =
      connection.run_script("migrate", "SET statement_timeout = 0; SET lock_timeout = '5s'", deadline);
  if (!prepared) return prepared.error().error;
  if (auto locked = lock(connection, deadline); !locked) return locked.error();
  state = read(connection, deadline);  // again: another may just have done it
  if (!state) return state;
  if (auto applied = apply(connection, *state, deadline); !applied) return applied.error();
  if (request.service_role) {
    if (auto granted = grant(connection, *request.service_role, deadline); !granted) return granted.error();
  }
  return read(connection, deadline);  // the lock ends with the connection
}

Result<Done> Migrator::require_current(Connection& connection, const Deadline& deadline) const {
  const auto state = read(connection, deadline);
  if (!state) return state.error();
  for (const SchemaStep& step : state->steps) {
    if (step.state == StepState::Pending) {
      return unavailable(
          "the database's schema is older than this version needs: " + std::to_string(state->current) +
          " of " + std::to_string(state->required) + "; run `identity-gateway migrate`");
    }
    if (step.state == StepState::Changed) {
      host_.log(LogLevel::Warning,
                "migration " + step.name + " was applied with another text than this version has");
    }
  }
  const auto unusable = connection.run_script("migrate", kUnusableTables, deadline);
  if (!unusable) return unusable.error().error;
  if (!unusable->is_null(0, 0)) {
    const std::string& role = settings_.target.username;
    return unavailable("the role " + role +
                       " may not use, or does not find: " + std::string(unusable->text(0, 0)) +
                       "; as the owner run `identity-gateway migrate --service-role " + role + "`");
  }
  return Done{};
}

Result<SchemaState> Migrator::read(Connection& connection, const Deadline& deadline) const {
  struct Row {
    std::string name;
    std::string checksum;
    std::int64_t applied_at_ms;
  };
  std::map<std::int64_t, Row> applied;
  const auto there =
      connection.run_script("migrate", "SELECT to_regclass('schema_migrations') IS NOT NULL", deadline);
  if (!there) return there.error().error;
  if (there->flag(0, 0)) {
    const auto rows = connection.run_script(
        "migrate", "SELECT version, name, checksum, applied_at_ms FROM schema_migrations", deadline);
    if (!rows && rows.error().sqlstate == kInsufficientPrivilege) {
      const std::string& role = settings_.target.username;
      return unavailable("the role " + role +
                         " may not read the schema; as its owner run `identity-gateway migrate "
                         "--service-role " +
                         role + "`");
    }
    if (!rows) return rows.error().error;
    for (int row = 0; row < rows->count(); ++row) {
      applied[rows->number(row, 0)] = {std::string(rows->text(row, 1)), std::string(rows->text(row, 2)),
                                       rows->number(row, 3)};
    }
  }

  SchemaState state;
  state.current = applied.empty() ? 0 : applied.rbegin()->first;
  for (const MigrationStep& step : steps_) {
    state.required = step.version;
    SchemaStep entry{step.version, std::string(step.name), StepState::Pending, std::nullopt};
    if (const auto row = applied.find(step.version); row != applied.end()) {
      entry.state = row->second.checksum == checksum_of(step.sql) ? StepState::Applied : StepState::Changed;
      entry.applied_at_ms = row->second.applied_at_ms;
      applied.erase(row);
    }
    state.steps.push_back(std::move(entry));
  }
  for (const auto& [version, row] : applied)
    state.steps.push_back({version, row.name, StepState::Unknown, row.applied_at_ms});
  std::stable_sort(state.steps.begin(), state.steps.end(),
                   [](const SchemaStep& a, const SchemaStep& b) { return a.version < b.version; });
  return state;
}

Result<Done> Migrator::lock(Connection& connection, const Deadline& deadline) const {
  for (;;) {
    const auto locked = connection.run_script(
        "migrate", std::string("SELECT pg_try_advisory_lock(") + kLockKey + ")", deadline);
    if (!locked) return locked.error().error;
    if (locked->flag(0, 0)) return Done{};
    if (deadline.left_ms() <= kLockPauseMs)
      return Error{ErrorKind::Overloaded, "another process is migrating the database", kRetryAfterMs};
    ::poll(nullptr, 0, kLockPauseMs);
  }
}

Result<Done> Migrator::apply(Connection& connection, const SchemaState& state,
                             const Deadline& deadline) const {
  for (const SchemaStep& entry : state.steps) {
    if (entry.state == StepState::Changed) {
      return invalid("migration " + std::to_string(entry.version) + " (" + entry.name +
                     ") has been applied with another text; nothing was done");
    }
  }
  for (const SchemaStep& entry : state.steps) {
    if (entry.state != StepState::Pending) continue;
    const auto step = std::find_if(steps_.begin(), steps_.end(),
                                   [&](const MigrationStep& s) { return s.version == entry.version; });
    if (auto done = apply_step(connection, *step, deadline); !done) return done;
  }
  return Done{};
}

Result<Done> Migrator::apply_step(Connection& connection, const MigrationStep& step,
                                  const Deadline& deadline) const {
  const std::string title = title_of(step);
  const std::string record =
      "CREATE TABLE IF NOT EXISTS schema_migrations (version bigint PRIMARY KEY, name text NOT NULL, "
      "checksum text NOT NULL, applied_at_ms bigint NOT NULL);\n"
      "INSERT INTO schema_migrations (version, name, checksum, applied_at_ms) VALUES (" +
      std::to_string(step.version) + "," + as_literal(step.name) + "," + as_literal(checksum_of(step.sql)) +
      ", " + std::to_string(host_.wall_ms()) + ")";
  Result<Done> done = Done{};
  if (runs_outside_a_transaction(step.sql)) {
    for (const std::string& statement : statements_of(step.sql)) {
      done = run_patiently(connection, title, statement, deadline);
      if (!done) return done;
    }
    done = run_patiently(connection, title, record, deadline);
  } else {
    // One message of several statements is one transaction.
    done = run_patiently(connection, title, std::string(step.sql) + ";\n" + record, deadline);
  }
  if (done) host_.log(LogLevel::Information, title + " applied");
  return done;
}

Result<Done> Migrator::run_patiently(Connection& connection, const std::string& name, const std::string& sql,
                                     const Deadline& deadline) const {
  for (int number = 1;; ++number) {
    const auto rows = connection.run_script(name, sql, deadline);
    if (rows) return Done{};
    const bool is_busy = rows.error().sqlstate == "55P03" || rows.error().may_retry();
    if (!is_busy || !connection.usable() || number == kMostTries || deadline.left_ms() <= kBusyPauseMs)
      return rows.error().error;
    ::poll(nullptr, 0, kBusyPauseMs);
  }
}

Result<Done> Migrator::grant(Connection& connection, const std::string& role,
                             const Deadline& deadline) const {
  if (role.empty() || role.find('\0') != std::string::npos) return invalid("the service role has no name");
  const auto there = connection.run_script(
      "grants", "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname =" + as_literal(role) + ")", deadline);
  if (!there) return there.error().error;
  if (!there->flag(0, 0))
    return invalid("there is no role " + role + " to grant anything to; CREATE ROLE makes it");
  return run_patiently(connection, "grants",
                       "SELECT set_config('gateway.service_role'," + as_literal(role) + ", true);\n" +
                           std::string(grants_sql()),
                       deadline);
}

}  // namespace gateway::postgres
