// with_postgres [--pgbouncer] POSTGRES.so COMMAND [ARGUMENT…]
// Runs a command beside a PostgreSQL server of its own: starts it, migrates its database as the owner, and
// gives the command the section of a service that can read and write rows and nothing else: SECTION in an
// argument becomes the path of a file with it, and GATEWAY_TEST_POSTGRES in the environment is its connection
// string. --pgbouncer: by way of one, in transaction mode. GATEWAY_TEST_POSTGRES_EMPTY, and with _OWNER
// behind it, are those of the service and of the owner for a database with nothing in it; _ADMIN is that of
// the administrator, _LOG the path of the server's log. Lines of postgresql.conf may stand in
// GATEWAY_TEST_POSTGRES_SETTINGS. Exit: that of the command.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gateway/conformance/plugin_instance.hpp>
#include <gateway/conformance/plugin_library.hpp>
#include <gateway/store/migration.hpp>

#include "tests/support/pgbouncer.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/run_command.hpp"

namespace {

using gateway::testing::PgBouncer;
using gateway::testing::PostgresServer;
using gateway::testing::run_command;
namespace conformance = gateway::conformance;

constexpr std::size_t kShownBytes = 4000;

template <class T>
T must(gateway::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail);
  return std::move(*result);
}

void migrate(const PostgresServer& server, const std::string& plugin) {
  const auto library = must(conformance::PluginLibrary::open(plugin));
  const conformance::TestHost host;
  const auto owner = must(conformance::PluginInstance::create(
      library, host, server.section(server.connection_string(PostgresServer::kOwner))));
  must(owner.call(gateway::store::MigrateStore{gateway::store::MigrateMode::Apply, PostgresServer::kService},
                  host.context()));
}

int run_with(bool pooled, const std::string& plugin, std::vector<std::string> command) {
  const char* settings = std::getenv("GATEWAY_TEST_POSTGRES_SETTINGS");
  PostgresServer server(settings == nullptr ? "" : settings);
  migrate(server, plugin);
  std::optional<PgBouncer> pooler;
  if (pooled) pooler.emplace(server);
  const std::string connection = pooled ? pooler->connection_string(PostgresServer::kService)
                                        : server.connection_string(PostgresServer::kService);
  const std::string section = (server.folder() / "section.json").string();
  std::ofstream(section) << server.section(connection);
  ::setenv("GATEWAY_TEST_POSTGRES", connection.c_str(), 1);
  ::setenv("GATEWAY_TEST_POSTGRES_ADMIN", server.connection_string(PostgresServer::kAdmin).c_str(), 1);
  ::setenv("GATEWAY_TEST_POSTGRES_LOG", server.log_file().c_str(), 1);
  server.create_database("empty");
  for (const auto& [variable, role] : {std::pair{"GATEWAY_TEST_POSTGRES_EMPTY_OWNER", PostgresServer::kOwner},
                                       {"GATEWAY_TEST_POSTGRES_EMPTY", PostgresServer::kService}})
    ::setenv(variable, server.connection_string(role, "empty").c_str(), 1);
  for (std::string& argument : command) {
    if (argument == "SECTION") argument = section;
  }
  const int status = run_command(command);
  if (status != 0) {
    const std::string log = server.log();
    std::fprintf(stderr, "the end of the server's log:\n%s\n",
                 log.substr(log.size() - std::min(log.size(), kShownBytes)).c_str());
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool pooled = !arguments.empty() && arguments[0] == "--pgbouncer";
  if (pooled) arguments.erase(arguments.begin());
  if (arguments.size() < 2) return 2;
  try {
    return run_with(pooled, arguments[0], {arguments.begin() + 1, arguments.end()});
  } catch (const std::exception& e) {
    std::fprintf(stderr, "with_postgres: %s\n", e.what());
    return 1;
  }
}
