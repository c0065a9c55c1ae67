// ChunkDecoder: takes the chunked coding off a body (RFC 9112 section 7.1), strictly and bounded, byte by
// byte or in any pieces with the same outcome.
//
// Lines end with CRLF and nothing else. A size is 1 to 16 hexadecimal digits. Extensions and trailers are
// discarded; trailers must still be well-formed fields. Own code because Beast's decoder is not fit for it
// (README.md). Thread safety: none; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gateway::server {

class ChunkDecoder {
 public:
  enum class Outcome { NeedMore, Complete, TooLarge, Malformed };

  explicit ChunkDecoder(std::size_t max_body_bytes) noexcept : max_body_bytes_(max_body_bytes) {}

  // Appends decoded bytes to `body`; `bytes` loses what was consumed, which on Complete ends with the last
  // CRLF.
  Outcome decode(std::string_view& bytes, std::string& body);

  void reset() noexcept { *this = ChunkDecoder(max_body_bytes_); }

 private:
  enum class State {
    SizeFirst,
    Size,
    Blank,  // white space behind the size: only an extension may follow
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    TrailerFirst,
    TrailerName,
    TrailerValue,
    TrailerLf,
    LastLf,
  };

  Outcome step(char c);
  Outcome size_digit(char c);
  Outcome discard(State next) noexcept;
  Outcome go(State next) noexcept {
    state_ = next;
    return Outcome::NeedMore;
  }

  std::size_t max_body_bytes_;
  State state_ = State::SizeFirst;
  std::uint64_t size_ = 0;  // of the chunk; while in Data what is left of it
  std::size_t size_digits_ = 0;
  std::size_t decoded_ = 0;
  std::size_t discarded_ = 0;
};

}  // namespace gateway::server
