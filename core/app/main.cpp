#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "core/app/cli/command_line.hpp"

namespace {

// A descriptor from 0 to 2 that is closed would be given to the next file or socket, which would then receive
// the log. Before anything else opens one.
void open_standard_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) == -1 && errno == EBADF && ::open("/dev/null", O_RDWR) != fd) ::_exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  return gateway::app::cli::run(argc, argv);
}
