// What is refused before Google is asked: it would be answered by no in any case, or would mean something
// else there. An empty password, for one, makes signUp create an account without one, and resetPassword only
// check a code. Thread safety: pure functions.
#pragma once

#include <algorithm>
#include <string_view>

namespace gateway::firebase {

inline bool is_between(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most;
}

inline bool is_possible_email(std::string_view text) {
  return is_between(text, 3, 256);
}
inline bool is_possible_password(std::string_view text) {
  return is_between(text, 1, 4'096);
}
inline bool is_possible_subject(std::string_view text) {
  return is_between(text, 1, 512);
}
inline bool is_possible_code(std::string_view text) {
  return is_between(text, 1, 1'024);
}
inline bool is_possible_token(std::string_view text) {
  return is_between(text, 1, 16'384);
}

// ITU-T E.164: '+' and up to fifteen digits, the first not zero.
inline bool is_phone_number(std::string_view text) {
  return is_between(text, 4, 16) && text[0] == '+' && text[1] != '0' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "google.com", "oidc.partner", …
inline bool is_service_name(std::string_view text) {
  return is_between(text, 1, 64) && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
         });
}

}  // namespace gateway::firebase
