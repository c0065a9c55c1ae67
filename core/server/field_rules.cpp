#include "core/server/field_rules.hpp"

#include <algorithm>

#include "core/server/characters.hpp"
#include "core/server/request_id.hpp"

namespace gateway::server {

namespace {

using http::iequals;

constexpr FramingError bad(std::string_view message) {
  return {400, message};
}

constexpr bool is_alnum(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool all_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), is_digit);
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

// Calls f with every element of a comma-separated list.
template <class F>
void for_each_token(std::string_view list, F f) {
  for (;;) {
    const std::size_t comma = list.find(',');
    f(trim(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

// A registered name or address with an optional port. The sub-delimiters that RFC 3986 would also allow in a
// name occur in no real host name and differ between parsers, so they are refused. Empty is allowed (RFC 9110
// section 7.2): whether an empty host is served is the host policy's decision.
bool is_host(std::string_view value) noexcept {
  std::string_view port;
  if (!value.empty() && value.front() == '[') {
    const std::size_t close = value.find(']');
    if (close == std::string_view::npos || close < 3) return false;
    const std::string_view inner = value.substr(1, close - 1);
    if (inner.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
    port = value.substr(close + 1);
  } else {
    const std::size_t colon = value.find(':');
    const std::string_view name = value.substr(0, colon);
    if (!std::all_of(name.begin(), name.end(),
                     [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '~'; })) {
      return false;
    }
    if (colon != std::string_view::npos) port = value.substr(colon);
  }
  return port.empty() || (port.front() == ':' && port.size() <= 6 && all_digits(port.substr(1)));
}

}  // namespace

std::optional<FramingError> FieldRules::add(std::string_view name, std::string_view value) {
  // Told apart by length first: most fields of a request are none of these.
  switch (name.size()) {
    case 4:
      if (iequals(name, "Host")) return add_host(value);
      break;
    case 6:
      if (iequals(name, "Expect"))
        (iequals(value, "100-continue") ? expects_continue_ : expects_other_) = true;
      break;
    case 10:
      if (iequals(name, "Connection")) add_connection(value);
      break;
    case 12:
      if (iequals(name, "X-Request-Id")) {
        request_id_ = has_request_id_ || !is_valid_request_id(value) ? std::string_view() : value;
        has_request_id_ = true;
      }
      break;
    case 13:
      if (iequals(name, "Authorization")) {
        if (has_authorization_) return bad("More than one Authorization field.");
        has_authorization_ = true;
      }
      break;
    case 14:
      if (iequals(name, "Content-Length")) return add_content_length(value);
      break;
    case 17:
      if (iequals(name, "Transfer-Encoding")) return add_transfer_encoding(value);
      break;
    default:
      break;
  }
  return std::nullopt;
}

std::optional<FramingError> FieldRules::conclude(RequestHead& head) const {
  head.keep_alive = head.http_1_0 ? keep_alive_ && !close_ : !close_;
  if (!head.http_1_0 && !has_host_) return bad("The Host field is missing.");
  if (has_transfer_encoding_ && head.http_1_0) return bad("Transfer-Encoding in an HTTP/1.0 request.");
  if (has_transfer_encoding_ && has_content_length_) return bad("Content-Length beside Transfer-Encoding.");
  if (head.http_1_0)
    return std::nullopt;  // expectations of HTTP/1.0 clients are ignored (RFC 9110 section 10.1.1)
  if (expects_other_) return FramingError{417, "Only the expectation 100-continue is supported."};
  head.expects_continue = expects_continue_;
  return std::nullopt;
}

std::optional<FramingError> FieldRules::add_content_length(std::string_view value) {
  if (has_content_length_) return bad("More than one Content-Length field.");
  if (value.empty() || value.size() > 18 || !all_digits(value)) return bad("Malformed Content-Length.");
  for (const char c : value)
    content_length_ = content_length_ * 10 + static_cast<std::uint64_t>(c - '0');
  has_content_length_ = true;
  return std::nullopt;
}

std::optional<FramingError> FieldRules::add_transfer_encoding(std::string_view value) {
  if (has_transfer_encoding_) return bad("More than one Transfer-Encoding field.");
  has_transfer_encoding_ = true;
  if (iequals(value, "chunked")) return std::nullopt;
  // RFC 9112 section 6.3: where the final coding is not chunked, the length is unknowable (400); a further
  // coding before it is one that is not implemented (501).
  std::size_t chunked = 0;
  bool chunked_last = false;
  for_each_token(value, [&](std::string_view coding) {
    chunked_last = iequals(coding, "chunked");
    if (chunked_last) ++chunked;
  });
  if (chunked != 1 || !chunked_last) return bad("The final transfer coding is not chunked.");
  return FramingError{501, "Transfer codings other than chunked are not supported."};
}

std::optional<FramingError> FieldRules::add_host(std::string_view value) {
  if (has_host_) return bad("More than one Host field.");
  if (!is_host(value)) return bad("Malformed Host.");
  has_host_ = true;
  return std::nullopt;
}

void FieldRules::add_connection(std::string_view value) {
  for_each_token(value, [this](std::string_view option) {
    if (iequals(option, "close")) close_ = true;
    if (iequals(option, "keep-alive")) keep_alive_ = true;
  });
}

}  // namespace gateway::server
