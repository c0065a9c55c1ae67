// ResponseParser: an answer, byte by byte, strictly (RFC 9112).
//
// Poco's HTTP sessions are not used for this: they take a body that was cut off for a whole one, and pick one
// of two lengths that differ. Refused here: a body that ends early, lengths that differ, a length beside a
// transfer coding, codings other than chunked, folded fields, bare line feeds, an encoded or non-UTF-8 body,
// a head, body or number of fields beyond its bound. Interim answers (1xx) are passed over. A field whose
// value is not UTF-8 is left out. Thread safety: from one thread. Errors: Garbage, Unusable, Broken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <gateway/outbound_http.hpp>

#include "core/net/failure.hpp"

namespace gateway::net {

struct AnswerLimits {
  std::size_t max_head_bytes = 32U << 10;  // all heads and trailers together
  std::size_t max_fields = 100;
  std::size_t max_body_bytes = 1U << 20;
};

class ResponseParser {
 public:
  explicit ResponseParser(const AnswerLimits& limits) : limits_(limits) {}

  // Takes what arrived. True: the answer is whole.
  Outcome<bool> take(std::string_view bytes);
  // The other side ended the connection in order, which is how some bodies end.
  Outcome<Done> end();

  bool began() const noexcept { return began_; }
  // Once the answer is whole: whether the connection can carry another one.
  bool keeps_connection() const noexcept { return keeps_connection_; }
  FetchedHttp answer() && { return std::move(answer_); }

 private:
  enum class State { StatusLine, Fields, Fixed, ToEnd, ChunkSize, Chunk, ChunkEnd, Trailers, Whole };

  Outcome<Done> take_line();
  Outcome<Done> take_status_line();
  Outcome<Done> take_field();
  Outcome<Done> end_head();
  Outcome<Done> take_chunk_size();
  Outcome<Done> take_body(std::string_view& bytes);
  Outcome<Done> finish_body();

  const AnswerLimits limits_;
  State state_ = State::StatusLine;
  FetchedHttp answer_;
  std::string line_;
  std::string body_;
  std::size_t head_bytes_ = 0;
  std::size_t body_left_ = 0;  // of the whole body, or of this chunk
  std::int64_t length_ = -1;   // Content-Length; -1: none
  bool has_coding_ = false;
  bool chunked_ = false;
  bool encoded_ = false;
  bool began_ = false;
  bool keeps_connection_ = false;
};

}  // namespace gateway::net
