// Which storage the gateways of a test program run on: memory, or, where the environment has
// GATEWAY_TEST_STORAGE=postgres, a new database on a server that the program starts once. The same tests must
// pass on both. Thread safety: from one thread. Errors: std::runtime_error where no server can be started.
#pragma once

#include "core/app/settings.hpp"
#include "tests/support/postgres_server.hpp"

namespace gateway::testing {

// An empty one, each time.
app::PluginChoice new_storage();

// The server that new_storage() keeps them on, for tests that take it away for a while; nullptr: memory.
PostgresServer* storage_server();

}  // namespace gateway::testing
