#include "tests/integration/gateway/storage_choice.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gateway/conformance/plugin_instance.hpp>
#include <gateway/conformance/plugin_library.hpp>
#include <gateway/store/migration.hpp>

#include "tests/integration/gateway/plugin_folder.hpp"

namespace gateway::testing {

namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().detail);
  return std::move(*result);
}

// A server with a migrated database that further ones are copied from.
class Databases {
 public:
  Databases() {
    const auto library = must(conformance::PluginLibrary::open(std::string(kPluginFolder) + "/postgres.so"));
    const conformance::TestHost host;
    const auto owner = must(conformance::PluginInstance::create(
        library, host, server_.section(server_.connection_string(PostgresServer::kOwner))));
    must(
        owner.call(store::MigrateStore{store::MigrateMode::Apply, PostgresServer::kService}, host.context()));
  }

  // The plugin's section for a database of its own.
  std::string next() {
    const std::string name = "gateway_" + std::to_string(++count_);
    server_.sql(PostgresServer::kAdmin,
                "CREATE DATABASE " + name + " TEMPLATE identity OWNER " + PostgresServer::kOwner, "postgres");
    return server_.section(server_.connection_string(PostgresServer::kService, name, "Maximum Pool Size=8"));
  }

  PostgresServer& server() noexcept { return server_; }

 private:
  PostgresServer server_;
  int count_ = 0;
};

bool on_postgres() {
  const char* wanted = std::getenv("GATEWAY_TEST_STORAGE");
  return wanted != nullptr && std::string_view(wanted) == "postgres";
}

Databases& databases() {
  static Databases all;
  return all;
}

}  // namespace

app::PluginChoice new_storage() {
  if (!on_postgres()) return {PluginKind::Storage, "memory", "memory", std::nullopt, "{}"};
  return {PluginKind::Storage, "postgres", "postgres", std::nullopt, databases().next()};
}

PostgresServer* storage_server() {
  return on_postgres() ? &databases().server() : nullptr;
}

}  // namespace gateway::testing
