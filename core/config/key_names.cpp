#include "core/config/key_names.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace gateway::config {

namespace {

constexpr std::size_t kMaxComparedBytes = 64;  // the distance is quadratic

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Levenshtein, with a swap of neighbours as one step (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last.back();
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

std::string join_path(std::string_view parent, std::string_view name) {
  std::string path(parent);
  if (!path.empty()) path += ':';
  path += name;
  return path;
}

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  if (name.size() > kMaxComparedBytes) return {};
  const std::string wanted = lower_case(name);
  std::string best;
  // Further than a third of the name is another name, not a slip.
  std::size_t bound = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kMaxComparedBytes) continue;
    const std::size_t apart = distance(wanted, lower_case(candidate));
    if (apart < bound) {
      bound = apart;
      best = candidate;
    }
  }
  return best;
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
