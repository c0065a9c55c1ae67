// Which of the known names somebody probably meant: "did you mean AccessTokenMinutes?".
// Thread safety: a pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gateway::toolkit {

// By edit distance, without regard to ASCII case; empty where none is close. Names longer than 64 bytes are
// close to none.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

// "did you mean AccessTokenMinutes?"; empty where none is close, or where it is that one.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace gateway::toolkit
