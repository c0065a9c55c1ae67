// Runs another program beside what this one has made for it, and waits for its end.
//
// What asks this program to end (SIGTERM, a terminal's SIGINT) asks the command instead, so that what it uses
// outlives it. Thread safety: once at a time; other threads may run. Errors: 127 where it cannot be started,
// 1 where a signal ended it, else its own status.
#pragma once

#include <string>
#include <vector>

namespace gateway::testing {

int run_command(const std::vector<std::string>& command);

}  // namespace gateway::testing
