#include "core/auth/password_policy.hpp"

#include <algorithm>

#include "core/auth/ascii.hpp"
#include "core/auth/common_passwords.hpp"
#include "core/auth/validation.hpp"

namespace gateway::auth {

namespace {

// Characters beyond ASCII count as special: they are harder to guess than punctuation, not easier.
constexpr bool is_special(char c) {
  return !is_upper(c) && !is_lower(c) && !is_digit(c);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Undoes the substitutions everybody knows: "p@ssw0rd" -> "password".
char plain(char c) {
  switch (c) {
    case '@':
    case '4':
      return 'a';
    case '3':
      return 'e';
    case '1':
    case '!':
      return 'i';
    case '0':
      return 'o';
    case '$':
    case '5':
      return 's';
    case '7':
      return 't';
    default:
      return c;
  }
}

std::string_view without_decoration(std::string_view text) {
  const auto decorates = [](char c) { return is_digit(c) || is_special(c); };
  while (!text.empty() && decorates(text.back()))
    text.remove_suffix(1);
  while (!text.empty() && decorates(text.front()))
    text.remove_prefix(1);
  return text;
}

bool is_listed(std::string_view word) {
  return std::binary_search(kCommonPasswords.begin(), kCommonPasswords.end(), word);
}

}  // namespace

bool is_common_password(std::string_view password) {
  const std::string folded = lower(password);
  if (is_listed(folded)) return true;
  // A word with digits and punctuation around it, with or without substitutions inside. What is stripped must
  // be little against the word, so that a long password that merely contains one is not refused.
  const std::string_view core = without_decoration(folded);
  if (core.size() < 6 || core.size() + 5 < folded.size()) return false;
  if (is_listed(core)) return true;
  std::string undisguised(core);
  std::transform(undisguised.begin(), undisguised.end(), undisguised.begin(), plain);
  return is_listed(undisguised);
}

std::vector<std::string> PasswordPolicy::faults_of(std::string_view password, std::string_view email) const {
  std::vector<std::string> faults;
  const auto length = static_cast<std::int64_t>(count_code_points(password));
  if (length < options_.min_length) {
    faults.push_back("The password must have at least " + std::to_string(options_.min_length) +
                     " characters.");
  }
  if (length > options_.max_length) {
    faults.push_back("The password must have at most " + std::to_string(options_.max_length) +
                     " characters.");
  }
  if (options_.require_upper && std::none_of(password.begin(), password.end(), is_upper)) {
    faults.emplace_back("The password must have an upper-case letter.");
  }
  if (options_.require_digit && std::none_of(password.begin(), password.end(), is_digit)) {
    faults.emplace_back("The password must have a digit.");
  }
  if (options_.require_special && std::none_of(password.begin(), password.end(), is_special)) {
    faults.emplace_back("The password must have a special character.");
  }
  if (faults.empty() && (is_common_password(password) || lower(password) == lower(email))) {
    faults.emplace_back("This password is too easy to guess.");
  }
  return faults;
}

}  // namespace gateway::auth
