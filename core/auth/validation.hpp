// What the gateway accepts for the properties of a person. Pure functions: true means acceptable.
#pragma once

#include <optional>
#include <string_view>

#include "core/auth/options.hpp"

namespace gateway::auth {

// One '@', a dot-atom before it (RFC 5321; letters beyond ASCII as in RFC 6531), a domain of at least two
// labels; nothing invisible and nothing that only looks different (toolkit/unicode.hpp).
bool valid_email(std::string_view email);
// E.164: '+', no leading zero, 8 to 15 digits.
bool valid_phone_number(std::string_view number);
// 1 to 200 code points, something visible, nothing that controls line, terminal or direction.
bool valid_full_name(std::string_view name);
// What a provider may call an account: 1 to 128 bytes of UTF-8 without control characters.
bool valid_subject(std::string_view subject);
// https, a host, at most 2048 bytes.
bool valid_image_url(std::string_view url);
// Code points of valid UTF-8.
std::size_t count_code_points(std::string_view utf8) noexcept;

}  // namespace gateway::auth
