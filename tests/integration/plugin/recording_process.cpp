#include "tests/integration/plugin/recording_process.hpp"

#include <algorithm>
#include <chrono>

namespace gateway::testing {

namespace {
constexpr std::chrono::seconds kPatience{20};
}

void HoldingLogger::write(LogLevel, std::string_view category, std::string_view message,
                          std::initializer_list<runtime::LogField> fields) noexcept {
  std::unique_lock lock(mutex_);
  std::string line(category);
  line.append(": ").append(message);
  for (const auto& field : fields) {
    line.append(" ").append(field.name).append("=");
    if (const auto* text = std::get_if<std::string_view>(&field.value)) line.append(*text);
  }
  lines_.push_back(std::move(line));
  if (held_message_.empty() || message != held_message_) return;
  ++held_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return held_message_.empty(); });
}

std::vector<std::string> HoldingLogger::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

bool HoldingLogger::has(std::string_view piece) const {
  const auto all = lines();
  return std::any_of(all.begin(), all.end(),
                     [&](const std::string& line) { return line.find(piece) != std::string::npos; });
}

void HoldingLogger::hold(std::string message) {
  const std::lock_guard lock(mutex_);
  held_message_ = std::move(message);
}

bool HoldingLogger::wait_held(int count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return held_ == count; });
}

void HoldingLogger::let_go() {
  const std::lock_guard lock(mutex_);
  held_message_.clear();
  changed_.notify_all();
}

double RecordingProcess::counted(const std::string& series) {
  const std::string text = metrics.expose();
  const std::size_t at = text.find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 2));
}

}  // namespace gateway::testing
