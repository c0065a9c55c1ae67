// What a caller may ask for, and the bytes it becomes (RFC 9110, RFC 9112).
//
// check_request refuses what could change the framing or another request of the connection, or what this
// client decides by itself: Host, Content-Length, Transfer-Encoding, Connection and their kin, and
// Accept-Encoding, since answers are taken as they are. Thread safety: pure functions. Errors: Invalid; never
// with a header's value in it.
#pragma once

#include <cstddef>
#include <cstdint>

#include <gateway/outbound_http.hpp>
#include <gateway/toolkit/url.hpp>

namespace gateway::net {

inline constexpr std::int64_t kMaxAnswerBytes = 8 << 20;  // whatever max_body_bytes says
inline constexpr std::size_t kMaxRequestBodyBytes = 8U << 20;
inline constexpr std::size_t kMaxRequestHeadBytes = 32U << 10;
inline constexpr std::size_t kMaxRequestFields = 64;

Result<toolkit::Url> check_request(const FetchHttp& request);

// Of a request that check_request has passed.
Secret request_text(const FetchHttp& request, const toolkit::Url& url);

// RFC 9110, section 5.6.2 and 5.5: what names and values of fields are made of.
bool is_field_name(std::string_view text);
bool is_field_value(std::string_view text);
std::string to_lower_ascii(std::string_view text);

}  // namespace gateway::net
