// Response serialisation (RFC 9112 section 4 to 6, RFC 9110 sections 6.4.1 and 8.6): status line, the
// handler's fields, then the fields that are the server's alone (Date, Content-Length, Connection,
// X-Request-Id), then the body.
//
// A response that would break the framing or the contract is refused, never repaired: a status outside
// 200..599, a field name that is not a token, a control character in a value, a field that is the server's.
// The caller answers 500 instead. HEAD, 204 and 304 carry no body; HEAD announces the length that GET would
// have had. Thread safety: none; one writer per I/O thread.
#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "core/http/response.hpp"
#include "core/server/http_date.hpp"

namespace gateway::server {

enum class ConnectionField { None, Close, KeepAlive };  // None: persistent by default (HTTP/1.1)

struct ResponseFrame {
  std::string_view request_id;
  ConnectionField connection = ConnectionField::None;
  std::time_t now = 0;     // for Date
  bool head_only = false;  // the request was HEAD
};

class ResponseWriter {
 public:
  // Appends the whole answer to `out`. false: refused, and `out` is as it was.
  bool write(const http::Response& response, const ResponseFrame& frame, std::string& out);

 private:
  HttpDate date_;
};

std::string_view reason_phrase(int status) noexcept;  // empty for a status without a registered one

}  // namespace gateway::server
