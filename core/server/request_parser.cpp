#include "core/server/request_parser.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "core/server/field_rules.hpp"
#include "core/server/head_scanner.hpp"

namespace gateway::server {

namespace {

namespace beast = boost::beast;
using BeastError = beast::http::error;

// Chunk extensions and trailers are discarded; a request that spends more than this on them is up to
// something.
constexpr std::size_t kMaxDiscardedBytes = 4 * 1024;

// What an idle connection keeps of its buffers.
constexpr std::size_t kKeptCapacity = 4 * 1024;

void recycle(std::string& buffer) {
  if (buffer.capacity() > kKeptCapacity) {
    buffer = std::string();
  } else {
    buffer.clear();
  }
}

std::string_view view(beast::string_view text) noexcept {
  return {text.data(), text.size()};
}

constexpr bool may_begin_request(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// "METHOD TARGET HTTP/d.d", whatever the digits: a version that is not ours, as opposed to a malformed line.
bool names_a_version(std::string_view head) noexcept {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == last || line.find(' ', first + 1) != last) return false;
  const std::string_view version = line.substr(last + 1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return version.size() == 8 && version.substr(0, 5) == "HTTP/" && digit(version[5]) && version[6] == '.' &&
         digit(version[7]);
}

FramingError describe(BeastError fault, std::string_view head) noexcept {
  switch (fault) {
    case BeastError::body_limit:
      return {413, "The body is too large."};
    case BeastError::bad_version:
      return names_a_version(head) ? FramingError{505, "Only HTTP/1.0 and HTTP/1.1 are supported."}
                                   : FramingError{400, "Malformed request line."};
    case BeastError::bad_method:
      return {400, "Malformed method."};
    case BeastError::bad_target:
      return {400, "Malformed request target."};
    case BeastError::bad_field:
      return {400, "Malformed field name."};
    case BeastError::bad_value:
      return {400, "Malformed field value."};
    case BeastError::bad_content_length:
      return {400, "Malformed Content-Length."};
    case BeastError::bad_chunk:
    case BeastError::bad_chunk_extension:
      return {400, "Malformed chunk."};
    default:
      return {400, "Malformed request."};
  }
}

// What Beast calls back into. Its views point into the bytes that are being put, which is why heads are put
// whole.
class Sink final : public beast::http::basic_parser<true> {
 public:
  Sink(RequestHead& head, std::string& body) : head_(head), body_(body) {}

  const std::optional<FramingError>& fault() const noexcept { return fault_; }
  std::string_view request_id() const noexcept { return rules_.request_id(); }

 private:
  using Code = beast::error_code;

  void refuse(const std::optional<FramingError>& fault, Code& ec) {
    if (!fault) return;
    fault_ = fault;
    ec = BeastError::bad_value;
  }

  void discard(std::size_t bytes, Code& ec) {
    discarded_ += bytes;
    if (discarded_ > kMaxDiscardedBytes) refuse(FramingError{400, "Too much beside the chunks."}, ec);
  }

  void on_request_impl(beast::http::verb /*verb*/, beast::string_view method, beast::string_view target,
                       int version, Code& /*ec*/) override {
    head_.method = view(method);
    head_.target = view(target);
    head_.http_1_0 = version == 10;
  }

  void on_field_impl(beast::http::field /*known*/, beast::string_view name, beast::string_view value,
                     Code& ec) override {
    if (in_body_) return discard(name.size() + value.size(), ec);
    head_.fields.push_back({view(name), view(value)});
    refuse(rules_.add(view(name), view(value)), ec);
  }

  void on_header_impl(Code& ec) override {
    in_body_ = true;
    refuse(rules_.conclude(head_), ec);
  }

  // No reserve() here: a client that announces a body has not sent it yet.
  void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/, Code& /*ec*/) override {}

  std::size_t on_body_impl(beast::string_view bytes, Code& /*ec*/) override {
    body_.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t /*size*/, beast::string_view extensions, Code& ec) override {
    discard(extensions.size(), ec);
  }

  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, beast::string_view bytes, Code& /*ec*/) override {
    body_.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_response_impl(int, beast::string_view, int, Code&) override {}
  void on_finish_impl(Code& /*ec*/) override {}

  RequestHead& head_;
  std::string& body_;
  FieldRules rules_;
  std::optional<FramingError> fault_;
  std::size_t discarded_ = 0;
  bool in_body_ = false;
};

}  // namespace

class RequestParser::Impl {
 public:
  explicit Impl(const FramingLimits& limits) : limits_(limits) { reset(); }

  void reset() {
    state_ = State::Head;
    body_started_ = false;
    recycle(head_bytes_);
    recycle(body_);
    recycle(carry_);
    scanner_.reset();
    head_.fields.clear();
    head_.method = head_.target = head_.request_id = {};
    head_.http_1_0 = head_.keep_alive = head_.expects_continue = false;
    sink_.emplace(head_, body_);
    sink_->header_limit(
        std::numeric_limits<std::uint32_t>::max());  // the head is bounded before Beast sees it
    sink_->body_limit(limits_.max_body_bytes);
  }

  std::size_t feed(std::string_view bytes) {
    std::size_t used = 0;
    if (state_ == State::Head) used = feed_head(bytes);
    if (state_ == State::Body && used < bytes.size()) used += feed_body(bytes.substr(used));
    return used;
  }

  State state_ = State::Head;
  bool body_started_ = false;
  RequestHead head_;
  FramingError error_;
  std::string body_;

 private:
  void fail(const FramingError& error) {
    state_ = State::Failed;
    error_ = error;
    head_.request_id = sink_->request_id();
  }

  void fail(const beast::error_code& ec) {
    fail(sink_->fault() ? *sink_->fault() : describe(static_cast<BeastError>(ec.value()), head_bytes_));
  }

  std::size_t feed_head(std::string_view bytes) {
    const std::size_t before = head_bytes_.size();
    head_bytes_.append(bytes.substr(0, limits_.max_head_bytes - before));
    const std::size_t taken = head_bytes_.size() - before;
    if (!head_bytes_.empty() && !may_begin_request(head_bytes_.front())) {
      fail(FramingError{400, "Malformed method."});
      return taken;
    }
    switch (scanner_.scan(head_bytes_)) {
      case HeadScanner::Outcome::Fault:
        fail(FramingError{400, "Malformed line ending or folded line."});
        return taken;
      case HeadScanner::Outcome::NeedMore:
        if (head_bytes_.size() >= limits_.max_head_bytes) {
          fail(scanner_.saw_line() ? FramingError{431, "The request head is too large."}
                                   : FramingError{414, "The request target is too long."});
        }
        return taken;
      case HeadScanner::Outcome::Found:
        break;
    }
    head_bytes_.resize(scanner_.end());
    parse_head();
    return head_bytes_.size() - before;
  }

  void parse_head() {
    beast::error_code ec;
    const std::size_t consumed = sink_->put(boost::asio::buffer(head_bytes_), ec);
    if (ec) return fail(ec);
    if (consumed != head_bytes_.size() || !sink_->is_header_done()) {
      return fail(FramingError{400, "Malformed request."});  // two readings of one head
    }
    state_ = sink_->is_done() ? State::Complete : State::Body;
  }

  // Beast wants a chunk's size line, and the trailers, in one piece: what it leaves is kept in carry_ until
  // more arrives.
  std::size_t feed_body(std::string_view bytes) {
    body_started_ = true;
    const bool carried = !carry_.empty();
    if (carried) carry_.append(bytes);
    std::string_view input = carried ? std::string_view(carry_) : bytes;
    beast::error_code ec;
    while (!input.empty() && !sink_->is_done()) {
      input.remove_prefix(sink_->put(boost::asio::buffer(input.data(), input.size()), ec));
      if (ec) break;
    }
    if (ec && ec != BeastError::need_more) {
      fail(ec);
      return bytes.size();
    }
    if (sink_->is_done()) {
      state_ = State::Complete;
      return bytes.size() - input.size();
    }
    if (input.size() > kMaxDiscardedBytes) {
      fail(FramingError{400, "Too much beside the chunks."});
    } else if (carried) {
      carry_.erase(0, carry_.size() - input.size());
    } else {
      carry_.assign(input);
    }
    return bytes.size();
  }

  const FramingLimits limits_;
  std::string head_bytes_;
  std::string carry_;
  HeadScanner scanner_;
  std::optional<Sink> sink_;
};

RequestParser::RequestParser(const FramingLimits& limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::feed(std::string_view bytes) {
  return impl_->feed(bytes);
}
void RequestParser::reset() {
  impl_->reset();
}
RequestParser::State RequestParser::state() const noexcept {
  return impl_->state_;
}
bool RequestParser::body_started() const noexcept {
  return impl_->body_started_;
}
const RequestHead& RequestParser::head() const noexcept {
  return impl_->head_;
}
std::string_view RequestParser::body() const noexcept {
  return impl_->body_;
}
const FramingError& RequestParser::error() const noexcept {
  return impl_->error_;
}

}  // namespace gateway::server
