// Percent-encoding (RFC 3986 section 2.1), as parts of a connection URI have it. Thread safety: a pure
// function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::toolkit {

// nullopt: a broken escape, or one of NUL. What is not escaped stays as it is.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace gateway::toolkit
