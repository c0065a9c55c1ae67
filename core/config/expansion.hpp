// ${NAME} in a value is the environment variable NAME; ${NAME:-text} is `text` where it is not set or empty;
// $${ is a plain "${". What a variable holds is taken as it is and not expanded again.
// Thread safety: a pure function. Errors: Invalid, naming the variable, never its value.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/result.hpp>

namespace gateway::config {

using Environment = std::map<std::string, std::string>;

struct Expansion {
  std::string text;
  std::vector<std::string> variables;  // that were asked for, in order
};

Result<Expansion> expand(std::string_view text, const Environment& environment);

}  // namespace gateway::config
