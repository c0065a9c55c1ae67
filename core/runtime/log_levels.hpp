// LogLevels: which lines are written, per category prefix (Logging:LogLevel of the configuration).
//
// A rule covers its category and every category below it: "plugin" covers "plugin.firebase". The longest rule
// wins; "Default" is the rule for everything else. Comparison ignores case. Level names are Trace, Debug,
// Information, Warning, Error, Critical, and None (nothing at all). Rules for categories that nobody here
// uses ("Microsoft.AspNetCore") are accepted and match nothing.
// Thread safety: immutable; enabled() takes no lock and allocates nothing. Errors: Invalid.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/host.hpp>
#include <gateway/result.hpp>

namespace gateway::runtime {

class LogLevels {
 public:
  LogLevels() = default;  // Information for everything
  // Category prefix -> level name.
  static Result<LogLevels> parse(const std::map<std::string, std::string>& names);

  bool enabled(LogLevel level, std::string_view category) const noexcept;

 private:
  struct Rule {
    std::string prefix;
    std::int32_t least = 0;  // of what is written; one above Critical: nothing
  };

  std::vector<Rule> rules_;  // longest prefix first
  std::int32_t default_ = static_cast<std::int32_t>(LogLevel::Information);
  // Bounds over all rules: most questions are answered without looking at a category.
  std::int32_t lowest_ = default_;
  std::int32_t highest_ = default_;
};

std::string_view level_name(LogLevel level) noexcept;

}  // namespace gateway::runtime
