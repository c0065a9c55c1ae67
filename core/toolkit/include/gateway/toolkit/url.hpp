// Absolute http and https URLs, parsed strictly (RFC 3986, RFC 9110 section 4.2).
//
// For URLs that configuration and discovery documents give and that are then connected to. Refused: other
// schemes, user information, fragments, anything but visible ASCII, broken percent-escapes, backslashes,
// ports out of range, host names that are not LDH labels, and numbers that some resolvers take for an IPv4
// address ("127.1", "0x7f.0.0.1"). Scheme and host come out in lower case; nothing else is rewritten.
// Thread safety: plain values and pure functions.
// Errors: Invalid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <gateway/result.hpp>

namespace gateway::toolkit {

constexpr std::size_t kMaxUrlBytes = 2'048;

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // name or address; an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string path;   // at least "/"
  std::string query;  // without the '?'

  bool is_https() const { return scheme == "https"; }
  std::string origin() const;  // scheme://host[:port], the port only where it is not the scheme's own
  std::string target() const;  // what stands in the request line: path[?query]
};

Result<Url> parse_url(std::string_view text);

}  // namespace gateway::toolkit
