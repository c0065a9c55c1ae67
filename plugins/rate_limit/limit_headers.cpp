#include "limit_headers.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gateway::rate_limit {

namespace {

// Text of bounded length on the stack.
class Line {
 public:
  Line& put(std::string_view text) noexcept {
    const std::size_t count = std::min(text.size(), text_.size() - size_);
    std::copy_n(text.begin(), count, text_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += count;
    return *this;
  }
  Line& put(std::int64_t number) noexcept {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return put({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  std::array<char, 512> text_{};
  std::size_t size_ = 0;
};

}  // namespace

void set_limit_headers(const LimitRule& rule, const Decision& decision, std::int64_t wall_ms,
                       PolicyReply& reply) noexcept {
  const std::int64_t reset_s = (wall_ms + (decision.full_in_ns + 999'999) / 1'000'000 + 999) / 1000;
  reply.set_header("X-RateLimit-Limit", rule.per_minute);
  reply.set_header("X-RateLimit-Remaining", Line().put(decision.remaining).text());
  reply.set_header("X-RateLimit-Reset", Line().put(reset_s).text());
  reply.set_header("RateLimit-Policy", rule.policy_header);
  // Until one more is there, where nothing is; else until all of it is.
  const std::int64_t wait_ns = decision.remaining > 0 ? decision.full_in_ns : decision.retry_in_ns;
  reply.set_header("RateLimit", Line()
                                    .put("\"")
                                    .put(rule.name)
                                    .put("\";r=")
                                    .put(decision.remaining)
                                    .put(";t=")
                                    .put(seconds_of(wait_ns))
                                    .text());
}

}  // namespace gateway::rate_limit
