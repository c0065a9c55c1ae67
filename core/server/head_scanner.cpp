#include "core/server/head_scanner.hpp"

namespace gateway::server {

HeadScanner::Outcome HeadScanner::scan(std::string_view text) noexcept {
  for (;;) {
    if (line_ < text.size() && (text[line_] == ' ' || text[line_] == '\t')) return Outcome::Fault;
    const std::size_t feed = text.find('\n', next_);
    if (feed == std::string_view::npos) {
      next_ = text.size();
      return Outcome::NeedMore;
    }
    if (feed == line_ || text[feed - 1] != '\r') return Outcome::Fault;
    const bool empty = feed - line_ == 1;
    line_ = next_ = feed + 1;
    if (empty) return lines_ > 0 ? Outcome::Found : Outcome::Fault;  // no empty lines before the request line
    ++lines_;
  }
}

}  // namespace gateway::server
