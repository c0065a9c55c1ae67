#include "core/runtime/log_levels.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace gateway::runtime {

namespace {

constexpr std::array<std::string_view, 7> kNames{"Trace", "Debug",    "Information", "Warning",
                                                 "Error", "Critical", "None"};

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_folded(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::int32_t> level_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (equal_folded(kNames.at(i), name)) return static_cast<std::int32_t>(i);
  }
  return std::nullopt;
}

bool covers(std::string_view prefix, std::string_view category) noexcept {
  return category.size() >= prefix.size() && equal_folded(prefix, category.substr(0, prefix.size())) &&
         (category.size() == prefix.size() || category[prefix.size()] == '.');
}

}  // namespace

Result<LogLevels> LogLevels::parse(const std::map<std::string, std::string>& names) {
  LogLevels levels;
  for (const auto& [category, name] : names) {
    const auto level = level_of(name);
    if (!level) return invalid("unknown log level for " + category);
    if (equal_folded(category, "Default")) {
      levels.default_ = *level;
    } else {
      levels.rules_.push_back({category, *level});
    }
  }
  std::stable_sort(levels.rules_.begin(), levels.rules_.end(),
                   [](const Rule& a, const Rule& b) { return a.prefix.size() > b.prefix.size(); });
  levels.lowest_ = levels.highest_ = levels.default_;
  for (const Rule& rule : levels.rules_) {
    levels.lowest_ = std::min(levels.lowest_, rule.least);
    levels.highest_ = std::max(levels.highest_, rule.least);
  }
  return levels;
}

bool LogLevels::enabled(LogLevel level, std::string_view category) const noexcept {
  const auto value = static_cast<std::int32_t>(level);
  if (value < lowest_) return false;
  if (value >= highest_) return true;
  for (const Rule& rule : rules_) {
    if (covers(rule.prefix, category)) return value >= rule.least;
  }
  return value >= default_;
}

std::string_view level_name(LogLevel level) noexcept {
  const auto index = static_cast<std::size_t>(level);
  return index < kNames.size() ? kNames.at(index) : "Critical";
}

}  // namespace gateway::runtime
