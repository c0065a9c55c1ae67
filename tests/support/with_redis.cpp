// with_redis COMMAND [ARGUMENT…]
// Runs a command beside a Redis server of its own. In the environment: GATEWAY_TEST_REDIS, the connection
// string of the service; GATEWAY_TEST_REDIS_CERTIFICATE, whom to trust; GATEWAY_TEST_REDIS_PID, the server's
// process. SECTION in an argument becomes the path of a file with the plugin's section. Exit: that of the
// command.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/redis_server.hpp"

namespace {

using gateway::testing::RedisServer;

volatile std::sig_atomic_t the_command = 0;

// The server has to outlive the command: what asks this program to end asks the command.
int run(char** command) {
  const ::pid_t child = ::fork();
  if (child == 0) {
    ::execvp(command[0], command);
    ::_exit(127);
  }
  the_command = child;
  std::signal(SIGINT, SIG_IGN);  // a terminal sends it to the command as well
  std::signal(SIGTERM, [](int signal) { ::kill(the_command, signal); });
  int status = -1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  try {
    const RedisServer server;
    ::setenv("GATEWAY_TEST_REDIS", server.uri().c_str(), 1);
    ::setenv("GATEWAY_TEST_REDIS_CERTIFICATE", server.certificate().c_str(), 1);
    ::setenv("GATEWAY_TEST_REDIS_PID", std::to_string(server.pid()).c_str(), 1);
    const std::string section = (server.folder() / "section.json").string();
    std::ofstream(section) << server.section();
    std::vector<char*> command(argv + 1, argv + argc + 1);  // with the null pointer behind it
    for (char*& argument : command) {
      if (argument != nullptr && std::string_view(argument) == "SECTION")
        argument = const_cast<char*>(section.c_str());
    }
    return run(command.data());
  } catch (const std::exception& e) {
    std::fprintf(stderr, "with_redis: %s\n", e.what());
    return 1;
  }
}
