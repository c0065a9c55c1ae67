#include "core/server/request_parser.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "core/server/characters.hpp"
#include "core/server/chunk_decoder.hpp"
#include "core/server/field_rules.hpp"
#include "core/server/head_scanner.hpp"

namespace gateway::server {

namespace {

namespace beast = boost::beast;
using BeastError = beast::http::error;

// What an idle connection keeps of its buffers.
constexpr std::size_t kKeptCapacity = 4 * 1024;

void recycle(std::string& buffer) {
  if (buffer.capacity() > kKeptCapacity) buffer = std::string();
  buffer.clear();
}

std::string_view view(beast::string_view text) noexcept {
  return {text.data(), text.size()};
}

// "METHOD TARGET HTTP/d.d", whatever the digits: a version that is not ours, as opposed to a malformed line.
bool names_a_version(std::string_view head) noexcept {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == last || line.find(' ', first + 1) != last) return false;
  const std::string_view version = line.substr(last + 1);
  return version.size() == 8 && version.substr(0, 5) == "HTTP/" && is_digit(version[5]) &&
         version[6] == '.' && is_digit(version[7]);
}

FramingError describe(BeastError fault, std::string_view head) noexcept {
  switch (fault) {
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
    default:
      return {400, "Malformed request."};
  }
}

// What Beast calls back into for one head. Its views point into the bytes that are being put, so heads are
// put whole.
class HeadSink final : public beast::http::basic_parser<true> {
 public:
  explicit HeadSink(RequestHead& head) : head_(head) {
    skip(true);                                               // bodies are not Beast's business
    header_limit(std::numeric_limits<std::uint32_t>::max());  // the head is bounded before Beast sees it
  }

  const std::optional<FramingError>& fault() const noexcept { return fault_; }
  const FieldRules& rules() const noexcept { return rules_; }

 private:
  using Code = beast::error_code;

  void refuse(const std::optional<FramingError>& fault, Code& ec) {
    if (!fault) return;
    fault_ = fault;
    ec = BeastError::bad_value;
  }

  void on_request_impl(beast::http::verb /*verb*/, beast::string_view method, beast::string_view target,
                       int version, Code& /*ec*/) override {
    head_.method = view(method);
    head_.target = view(target);
    head_.http_1_0 = version == 10;
  }

  void on_field_impl(beast::http::field /*known*/, beast::string_view name, beast::string_view value,
                     Code& ec) override {
    head_.fields.push_back({view(name), view(value)});
    refuse(rules_.add(view(name), view(value)), ec);
  }

  void on_header_impl(Code& ec) override { refuse(rules_.conclude(head_), ec); }

  void on_response_impl(int, beast::string_view, int, Code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
  std::size_t on_body_impl(beast::string_view bytes, Code&) override { return bytes.size(); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, Code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, Code&) override {
    return bytes.size();
  }
  void on_finish_impl(Code&) override {}

  RequestHead& head_;
  FieldRules rules_;
  std::optional<FramingError> fault_;
};

}  // namespace

class RequestParser::Impl {
 public:
  explicit Impl(const FramingLimits& limits) : limits_(limits), chunks_(limits.max_body_bytes) {}

  void reset() {
    state_ = State::Head;
    body_started_ = false;
    recycle(head_bytes_);
    recycle(body_);
    scanner_.reset();
    chunks_.reset();
    head_.fields.clear();
    head_.method = head_.target = head_.request_id = {};
    head_.http_1_0 = head_.keep_alive = head_.expects_continue = false;
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
  }

  std::size_t feed_head(std::string_view bytes) {
    const std::size_t before = head_bytes_.size();
    head_bytes_.append(bytes.substr(0, limits_.max_head_bytes - before));
    const std::size_t taken = head_bytes_.size() - before;
    if (!head_bytes_.empty() && !is_token_character(head_bytes_.front())) {
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
    HeadSink sink(head_);
    beast::error_code ec;
    const std::size_t consumed = sink.put(boost::asio::buffer(head_bytes_), ec);
    head_.request_id = sink.rules().request_id();  // also where the rest is refused
    if (sink.fault()) return fail(*sink.fault());
    if (ec) return fail(describe(static_cast<BeastError>(ec.value()), head_bytes_));
    if (consumed != head_bytes_.size() || !sink.is_done()) {
      return fail(FramingError{400, "Malformed request."});  // two readings of one head
    }
    chunked_ = sink.rules().chunked();
    length_left_ = sink.rules().content_length();
    if (length_left_ > limits_.max_body_bytes) return fail(FramingError{413, "The body is too large."});
    state_ = chunked_ || length_left_ > 0 ? State::Body : State::Complete;
  }

  std::size_t feed_body(std::string_view bytes) {
    body_started_ = true;
    if (chunked_) return feed_chunks(bytes);
    const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(length_left_, bytes.size()));
    body_.append(bytes.substr(0, taken));
    length_left_ -= taken;
    if (length_left_ == 0) state_ = State::Complete;
    return taken;
  }

  std::size_t feed_chunks(std::string_view bytes) {
    std::string_view rest = bytes;
    switch (chunks_.decode(rest, body_)) {
      case ChunkDecoder::Outcome::NeedMore:
        break;
      case ChunkDecoder::Outcome::Complete:
        state_ = State::Complete;
        break;
      case ChunkDecoder::Outcome::TooLarge:
        fail(FramingError{413, "The body is too large."});
        break;
      case ChunkDecoder::Outcome::Malformed:
        fail(FramingError{400, "Malformed chunk."});
        break;
    }
    return bytes.size() - rest.size();
  }

  const FramingLimits limits_;
  std::string head_bytes_;
  HeadScanner scanner_;
  ChunkDecoder chunks_;
  bool chunked_ = false;
  std::uint64_t length_left_ = 0;
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
