// Text that people type, made comparable (Unicode Standard, UAX #15 and #31; tables of utf8proc).
//
// Thread safety: pure functions. Errors: nullopt or false for what is not UTF-8 or longer than
// kMaxUnicodeBytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <gateway/secret.hpp>

namespace gateway::toolkit {

// Normalising can lengthen a text; what goes in has a bound, so that the work has one.
inline constexpr std::size_t kMaxUnicodeBytes = 4096;

// Of any length.
bool is_utf8(std::string_view text);

// NFKC: characters that look the same are the same. The work area is wiped: the text may be a password.
std::optional<Secret> to_nfkc(std::string_view utf8);

// Each character in its simple lower-case form: "Ë" is "ë", and "ß" stays what it is, as in mail addresses.
std::optional<std::string> to_lower(std::string_view utf8);

// Fit to name somebody: NFKC already, and without characters that are invisible, that are not assigned, that
// separate, or that turn the direction of writing, so that two names that differ look different.
bool is_identifier_text(std::string_view utf8);

// Fit to be shown: something is visible, and nothing controls the terminal, the line or the direction.
bool is_display_text(std::string_view utf8);

}  // namespace gateway::toolkit
