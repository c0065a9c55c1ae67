#include "core/auth/validation.hpp"

#include <algorithm>

#include <gateway/toolkit/unicode.hpp>
#include <gateway/toolkit/url.hpp>

#include "core/auth/ascii.hpp"

namespace gateway::auth {

namespace {

constexpr bool beyond_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

constexpr bool is_atom_char(char c) {
  return is_letter(c) || is_digit(c) || beyond_ascii(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// Labels between dots, none of them empty, each accepted by `valid`.
template <class Valid>
bool each_label(std::string_view text, Valid valid) {
  for (;;) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || !valid(label)) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool valid_domain_label(std::string_view label) {
  return label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-' || beyond_ascii(c); });
}

}  // namespace

std::size_t count_code_points(std::string_view utf8) noexcept {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

bool valid_email(std::string_view email) {
  if (email.size() > 254 || !toolkit::is_identifier_text(email)) return false;
  const std::size_t at = email.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  const std::string_view local = email.substr(0, at);
  const std::string_view domain = email.substr(at + 1);
  const auto valid_atom = [](std::string_view atom) {
    return std::all_of(atom.begin(), atom.end(), is_atom_char);
  };
  return each_label(local, valid_atom) && domain.find('.') != std::string_view::npos &&
         each_label(domain, valid_domain_label);
}

bool valid_phone_number(std::string_view number) {
  if (number.size() < 9 || number.size() > 16 || number[0] != '+' || number[1] == '0') return false;
  return std::all_of(number.begin() + 1, number.end(), is_digit);
}

bool valid_full_name(std::string_view name) {
  return count_code_points(name) <= 200 && toolkit::is_display_text(name);
}

bool valid_subject(std::string_view subject) {
  return !subject.empty() && subject.size() <= 128 &&
         std::none_of(subject.begin(), subject.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
}

bool valid_image_url(std::string_view url) {
  if (url.size() > 2048) return false;
  return toolkit::parse_url(url).ok() && url.substr(0, 8) == "https://";
}

}  // namespace gateway::auth
