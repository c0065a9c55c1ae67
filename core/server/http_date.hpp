// HttpDate: the Date field's value (RFC 9110 section 5.6.7), formatted once per second.
// Thread safety: none; one per I/O thread.
#pragma once

#include <array>
#include <ctime>
#include <string_view>

namespace gateway::server {

class HttpDate {
 public:
  // "Sun, 06 Nov 1994 08:49:37 GMT"; valid until the next call.
  std::string_view at(std::time_t now) noexcept;

 private:
  std::time_t formatted_ = -1;
  std::array<char, 32> text_{};
};

}  // namespace gateway::server
