// Who may include whom, as core/README.md has it: rooms of the core one way, plugins the SDK and the toolkit
// only, every third-party library in its one room. What no rule knows is refused. Thread safety: pure
// functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gateway::testing {

// What `text` includes, with its delimiters: "core/http/route.hpp" or <vector>.
std::vector<std::string> includes_of(std::string_view text);

// One line for each include that the file at `path` (relative to the root) may not have.
std::vector<std::string> include_faults(std::string_view path, std::string_view text);

}  // namespace gateway::testing
