// Migrator: brings a database to the schema that this version is built with, and says how far it is.
//
// Works on a connection of its own, without the pool, so that it can run before start() and as another role.
// A lock of the database (pg_try_advisory_lock, asked for again and again: who waits inside the server would
// hold up CREATE INDEX CONCURRENTLY) lets one of several migrate at a time. Checksums of what has been
// applied are kept in schema_migrations. Thread safety: full. Errors: Invalid for a step that was changed
// after it had been applied, or a pooler in between; otherwise what the server says.
#pragma once

#include <vector>

#include <gateway/host.hpp>
#include <gateway/store/migration.hpp>

#include "connection.hpp"
#include "migration_steps.hpp"

namespace gateway::postgres {

class Migrator {
 public:
  // The steps are those built in, unless a test has its own.
  Migrator(const Host& host, const ConnectionSettings& settings,
           const std::vector<MigrationStep>& steps = migration_steps())
      : host_(host), settings_(settings), steps_(steps) {}

  Result<store::SchemaState> run(const store::MigrateStore& request, const Deadline& deadline) const;
  // Done: the service can run on this schema, which may be newer than its own.
  Result<Done> require_current(Connection& connection, const Deadline& deadline) const;

 private:
  Result<store::SchemaState> read(Connection& connection, const Deadline& deadline) const;
  Result<Done> lock(Connection& connection, const Deadline& deadline) const;
  Result<Done> apply(Connection& connection, const store::SchemaState& state, const Deadline& deadline) const;
  Result<Done> apply_step(Connection& connection, const MigrationStep& step, const Deadline& deadline) const;
  Result<Done> run_patiently(Connection& connection, const std::string& name, const std::string& sql,
                             const Deadline& deadline) const;
  Result<Done> grant(Connection& connection, const std::string& role, const Deadline& deadline) const;

  const Host& host_;
  const ConnectionSettings& settings_;
  std::vector<MigrationStep> steps_;
};

}  // namespace gateway::postgres
