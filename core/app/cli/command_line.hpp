// The command line: identity-gateway serve | config | migrate | users | keys | plugins | healthcheck |
// version. Exit status: 0 done, 1 failed, 2 wrong usage.
#pragma once

namespace gateway::app::cli {

int run(int argc, char** argv);

}  // namespace gateway::app::cli
