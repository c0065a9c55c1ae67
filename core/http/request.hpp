// Request: one HTTP request after strict framing (RFC 9112), as every room above the server sees it.
//
// All views point into storage owned by the Exchange that holds the request; they live exactly as long as it
// does. The server room guarantees before anyone sees a Request: method and field names are tokens; no CR,
// LF, NUL or obs-fold anywhere; one Host (HTTP/1.1); at most one Authorization and one Content-Length; an
// origin-form target; `path` percent-decoded exactly once, valid UTF-8, without dot segments, empty segments
// or NUL; the body complete and within its bound. Thread safety: immutable once handed out; may be read from
// the one thread that works on its exchange.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/http/method.hpp"

namespace gateway::http {

using Clock = std::chrono::steady_clock;

struct HeaderField {
  std::string_view name;   // as received; compare with iequals
  std::string_view value;  // optional white space around it removed
};

namespace detail {
bool same_but_for_case(const char* a, const char* b, std::size_t size) noexcept;
}

// ASCII case-insensitive equality, as field names and schemes compare.
inline bool iequals(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && detail::same_but_for_case(a.data(), b.data(), a.size());
}

struct Request {
  Method method = Method::Other;
  std::string_view method_token;  // as received
  std::string_view target;        // as received (origin-form)
  std::string_view path;          // decoded and checked, begins with '/' (or is "*")
  std::string_view query;         // raw, without '?'
  std::span<const HeaderField> headers;
  std::string_view body;
  std::string_view
      client_address;             // textual IP without port or zone; through trusted proxies when configured
  std::string_view request_id;    // the client's X-Request-Id where valid, else made
  Clock::time_point received_at;  // when the first byte of the request arrived
  Clock::time_point deadline;     // the answer must be ready by then

  // The first field of that name. Fields that must be unique are unique (see above).
  std::optional<std::string_view> header(std::string_view name) const noexcept;
};

}  // namespace gateway::http
