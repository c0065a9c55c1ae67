#include "tests/support/run_command.hpp"

#include <cerrno>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

namespace gateway::testing {

namespace {

volatile std::sig_atomic_t the_command = 0;

}  // namespace

int run_command(const std::vector<std::string>& command) {
  std::vector<char*> arguments;  // before the fork: other threads may hold the allocator's locks
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const ::pid_t child = ::fork();
  if (child == 0) {
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  the_command = child;
  auto* const on_interrupt = std::signal(SIGINT, SIG_IGN);  // a terminal sends it to the command as well
  auto* const on_end = std::signal(SIGTERM, [](int signal) { ::kill(the_command, signal); });
  int status = -1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  std::signal(SIGTERM, on_end);
  std::signal(SIGINT, on_interrupt);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace gateway::testing
