// postgres_conformance GATEWAY_CONFORMANCE POSTGRES.so [options of gateway-conformance]
// Runs the store suite over the PostgreSQL storage: starts a server, migrates its database as the owner, and
// hands the suite the section of a service that can read and write rows and nothing else. Exit: that of the
// suite.
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <gateway/conformance/plugin_instance.hpp>
#include <gateway/conformance/plugin_library.hpp>
#include <gateway/store/migration.hpp>

#include "tests/support/postgres_server.hpp"

namespace {

using gateway::testing::PostgresServer;
namespace conformance = gateway::conformance;

void migrate(const PostgresServer& server, const std::string& plugin) {
  const auto check = [](const auto& result) {
    if (!result) throw std::runtime_error(result.error().detail);
  };
  const auto library = conformance::PluginLibrary::open(plugin);
  check(library);
  const conformance::TestHost host;
  const auto owner = conformance::PluginInstance::create(
      *library, host, server.section(server.connection_string(PostgresServer::kOwner)));
  check(owner);
  check(
      owner->call(gateway::store::MigrateStore{gateway::store::MigrateMode::Apply, PostgresServer::kService},
                  host.context()));
}

int run_suite(const std::vector<std::string>& command) {
  const ::pid_t child = ::fork();
  if (child == 0) {
    std::vector<char*> arguments;
    for (const std::string& argument : command)
      arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  try {
    const PostgresServer server;
    migrate(server, argv[2]);
    const std::string config = (server.folder() / "section.json").string();
    std::ofstream(config) << server.section(server.connection_string(PostgresServer::kService));
    std::vector<std::string> command{argv[1], "store", argv[2], "--config", config};
    command.insert(command.end(), argv + 3, argv + argc);
    const int status = run_suite(command);
    if (status != 0) std::fprintf(stderr, "the server's log:\n%s\n", server.log().c_str());
    return status;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "postgres_conformance: %s\n", e.what());
    return 1;
  }
}
