// RequestParser: bytes in, one framed HTTP/1.x request or one framing error out (RFC 9112; check 30). No
// sockets, no clock.
//
// Boost.Beast's parser does the grammar; what it is lax about is refused here (README.md, "What decided on
// the parser"). Everything is bounded: the head by max_head_bytes, the decoded body by max_body_bytes, chunk
// extensions and trailers (both are discarded) by constants. After Failed nothing more can be parsed on that
// connection, because where the next request begins is then unknown. Ownership: the parser owns the head's
// and the body's bytes; every view stays valid until reset(). Thread safety: none; one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "core/http/request.hpp"

namespace gateway::server {

struct FramingLimits {
  std::size_t max_head_bytes = 16 * 1024;
  std::size_t max_body_bytes = 64 * 1024;
};

struct FramingError {
  int status = 0;            // 400, 413, 414, 417, 431, 501 or 505
  std::string_view message;  // a literal that can be shown to the client
};

struct RequestHead {
  std::string_view method;
  std::string_view target;  // raw; not checked beyond what ends it
  std::vector<http::HeaderField> fields;
  std::string_view request_id;  // the client's X-Request-Id, empty unless it is the only one and valid
  bool http_1_0 = false;
  bool keep_alive = false;  // what version and Connection ask for
  bool expects_continue = false;
};

class RequestParser {
 public:
  enum class State { Head, Body, Complete, Failed };

  explicit RequestParser(const FramingLimits& limits);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // Takes bytes up to the end of the request and returns how many that were; the rest belongs to the next
  // request. Only in Head or Body.
  std::size_t feed(std::string_view bytes);

  // Back to Head for the next request. Keeps the memory.
  void reset();

  State state() const noexcept;
  bool body_started() const noexcept;        // a byte behind the head has been seen
  const RequestHead& head() const noexcept;  // complete from Body on; after Failed what had been understood
  std::string_view body() const noexcept;    // chunked coding removed
  const FramingError& error() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway::server
