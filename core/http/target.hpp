// Request targets (RFC 9112 section 3.2, RFC 3986): the raw target is split and its path percent-decoded
// exactly once, before anyone routes by it, so that no two rooms can read the same target differently.
//
// Accepted: origin-form, and "*" for OPTIONS. Refused, because proxies and backends disagree about them:
// anything but visible ASCII, '\' and other characters that no path may hold unencoded, '#', malformed
// escapes, encoded '/', '\', NUL and control characters, dot segments (also "%2e"), empty inner segments, and
// paths that are not UTF-8 once decoded. A trailing '/' is kept; the router decides. The query is passed on
// raw. Thread safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::http {

struct Target {
  std::string_view path;   // points into the raw target, or into `storage` when something was encoded
  std::string_view query;  // points into the raw target; without '?'
};

// nullopt: refused. `storage` is only written when the path holds an escape; both arguments must outlive the
// result.
std::optional<Target> parse_target(std::string_view method, std::string_view raw, std::string& storage);

bool is_valid_utf8(std::string_view text) noexcept;

}  // namespace gateway::http
