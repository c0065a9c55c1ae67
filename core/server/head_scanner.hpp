// HeadScanner: finds the end of a request head in bytes that arrive piece by piece, looking at every byte
// once.
//
// A head ends with an empty line. Lines end with CRLF and nothing else: a LF without CR and a line that
// begins with white space (obs-fold, RFC 9112 section 5.2) are faults, found as soon as the byte is there. So
// the parser behind it only ever sees complete, unfolded heads. Thread safety: none; one thread at a time.
#pragma once

#include <cstddef>
#include <string_view>

namespace gateway::server {

class HeadScanner {
 public:
  enum class Outcome { NeedMore, Found, Fault };

  // `text`: everything from the first byte of the head on; the earlier calls' bytes must be unchanged.
  Outcome scan(std::string_view text) noexcept;

  std::size_t end() const noexcept { return line_; }     // Found: behind the empty line
  bool saw_line() const noexcept { return lines_ > 0; }  // the request line is complete
  void reset() noexcept { *this = HeadScanner(); }

 private:
  std::size_t line_ = 0;  // where the current line begins
  std::size_t next_ = 0;  // the first byte not looked at
  std::size_t lines_ = 0;
};

}  // namespace gateway::server
