// Words and paths that do not belong into a file of this tree: notes to oneself instead of work, tests that
// are switched off, paths of somebody's machine. Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gateway::testing {

// One line "path:number: what" for each.
std::vector<std::string> text_faults(std::string_view path, std::string_view text);

}  // namespace gateway::testing
