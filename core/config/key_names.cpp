#include "core/config/key_names.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gateway::config {

namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool same_name(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  for (auto at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.emplace_back(text);
  return parts;
}

std::optional<std::size_t> index_in(std::string_view segment) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(segment.data(), segment.data() + segment.size(), index);
  if (error != std::errc() || end != segment.data() + segment.size()) return std::nullopt;
  return index;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names)
    all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

std::string join_path(std::string_view parent, std::string_view name) {
  std::string path(parent);
  if (!path.empty()) path += ':';
  path += name;
  return path;
}

bool sounds_secret(std::string_view name) {
  constexpr std::array<std::string_view, 8> kWords{"password",   "secret",     "apikey", "connectionstring",
                                                   "credential", "passphrase", "token",  "privatekey"};
  const std::string lowered = lower_case(name);
  return lowered.ends_with("key") || std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
           return lowered.find(word) != std::string::npos;
         });
}

}  // namespace gateway::config
