// base64url without padding (RFC 4648, section 5; RFC 7515, section 2).
//
// Decoding is strict: no padding, no white space, no character outside the alphabet, no impossible length,
// and no bits set beyond the last byte, so that every byte string has exactly one encoding.
// Thread safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::toolkit {

std::string base64url_encode(std::string_view bytes);

// nullopt when the text is not the one canonical encoding of some byte string.
std::optional<std::string> base64url_decode(std::string_view text);

// The same for what others write: either alphabet, with or without padding.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace gateway::toolkit
