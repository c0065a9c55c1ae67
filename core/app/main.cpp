#include "core/app/cli/command_line.hpp"

int main(int argc, char** argv) {
  return gateway::app::cli::run(argc, argv);
}
