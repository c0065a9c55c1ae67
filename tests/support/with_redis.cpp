// with_redis COMMAND [ARGUMENT…]
// Runs a command beside a Redis server of its own. In the environment: GATEWAY_TEST_REDIS, the connection
// string of the service; GATEWAY_TEST_REDIS_ADMIN, that of the administrator, for redis-cli;
// GATEWAY_TEST_REDIS_CERTIFICATE, whom to trust; GATEWAY_TEST_REDIS_PID, the server's
// process. SECTION in an argument becomes the path of a file with the plugin's section. Exit: that of the
// command.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/redis_server.hpp"
#include "tests/support/run_command.hpp"

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  try {
    const gateway::testing::RedisServer server;
    ::setenv("GATEWAY_TEST_REDIS", server.uri().c_str(), 1);
    ::setenv("GATEWAY_TEST_REDIS_ADMIN", server.admin_uri().c_str(), 1);
    ::setenv("GATEWAY_TEST_REDIS_CERTIFICATE", server.certificate().c_str(), 1);
    ::setenv("GATEWAY_TEST_REDIS_PID", std::to_string(server.pid()).c_str(), 1);
    const std::string section = (server.folder() / "section.json").string();
    std::ofstream(section) << server.section();
    std::vector<std::string> command(argv + 1, argv + argc);
    for (std::string& argument : command) {
      if (argument == "SECTION") argument = section;
    }
    return gateway::testing::run_command(command);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "with_redis: %s\n", e.what());
    return 1;
  }
}
