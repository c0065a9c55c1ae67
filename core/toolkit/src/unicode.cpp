#include "gateway/toolkit/unicode.hpp"

#include <algorithm>
#include <cstdlib>

#include <utf8proc.h>

#include <gateway/json.hpp>

namespace gateway::toolkit {

namespace {

constexpr int kNfkc = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;

std::optional<Secret> map(std::string_view text, int options) {
  if (text.size() > kMaxUnicodeBytes) return std::nullopt;
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                             static_cast<utf8proc_option_t>(options));
  if (size < 0) return std::nullopt;
  Secret result(std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)));
  std::fill_n(static_cast<volatile utf8proc_uint8_t*>(mapped), size, utf8proc_uint8_t{0});
  std::free(mapped);  // NOLINT(cppcoreguidelines-no-malloc): utf8proc allocates with malloc
  return result;
}

// Calls visit(code point, general category) until it says no or the text ends; false where it said no or the
// text is not UTF-8.
template <class Visit>
bool each_character(std::string_view text, Visit visit) {
  while (!text.empty()) {
    utf8proc_int32_t character = 0;
    const utf8proc_ssize_t size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                                   static_cast<utf8proc_ssize_t>(text.size()), &character);
    if (size <= 0 || !visit(character, utf8proc_category(character))) return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

// The marks that embed, override or isolate a direction of writing (UAX #9, section 2).
bool turns_direction(utf8proc_int32_t character) {
  return (character >= 0x202a && character <= 0x202e) || (character >= 0x2066 && character <= 0x2069);
}

}  // namespace

bool is_utf8(std::string_view text) {
  return json_detail::is_utf8(text);
}

std::optional<Secret> to_nfkc(std::string_view utf8) {
  return map(utf8, kNfkc);
}

std::optional<std::string> to_lower(std::string_view utf8) {
  if (utf8.size() > kMaxUnicodeBytes) return std::nullopt;
  std::string lower;
  const bool is_sound = each_character(utf8, [&](utf8proc_int32_t character, utf8proc_category_t) {
    utf8proc_uint8_t bytes[4];
    const utf8proc_ssize_t size = utf8proc_encode_char(utf8proc_tolower(character), bytes);
    lower.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    return true;
  });
  if (!is_sound) return std::nullopt;
  return lower;
}

bool is_identifier_text(std::string_view utf8) {
  const auto plain = map(utf8, kNfkc | UTF8PROC_IGNORE);  // without what is invisible by definition
  if (!plain || plain->reveal() != utf8) return false;
  return each_character(utf8, [](utf8proc_int32_t, utf8proc_category_t category) {
    return category != UTF8PROC_CATEGORY_CN && category < UTF8PROC_CATEGORY_ZS;
  });
}

bool is_display_text(std::string_view utf8) {
  bool something_visible = false;
  const bool is_sound = each_character(utf8, [&](utf8proc_int32_t character, utf8proc_category_t category) {
    if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
        category == UTF8PROC_CATEGORY_ZP || turns_direction(character)) {
      return false;
    }
    // Joiners and other format characters belong into the names of some scripts, among what is visible.
    if (category != UTF8PROC_CATEGORY_CF && category != UTF8PROC_CATEGORY_ZS) something_visible = true;
    return true;
  });
  return is_sound && something_visible;
}

}  // namespace gateway::toolkit
