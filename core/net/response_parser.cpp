#include "core/net/response_parser.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <gateway/json.hpp>

#include "core/net/request_text.hpp"

namespace gateway::net {

namespace {

Failure garbage(const char* what) {
  return {Fault::Garbage, std::string("the answer is not HTTP: ") + what};
}
Failure too_large(const char* what) {
  return {Fault::Unusable, std::string("the answer's ") + what + " is larger than its bound"};
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const auto begin = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

template <class Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
  // from_chars would take a sign.
  if (text.empty() || text.front() == '-' || text.front() == '+') return std::nullopt;
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool list_has(std::string_view list, std::string_view item) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    if (to_lower_ascii(trim(list.substr(0, comma))) == item) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

}  // namespace

Outcome<bool> ResponseParser::take(std::string_view bytes) {
  began_ = began_ || !bytes.empty();
  while (!bytes.empty() && state_ != State::Whole) {
    if (state_ == State::Fixed || state_ == State::ToEnd || state_ == State::Chunk) {
      if (auto taken = take_body(bytes); !taken) return taken.error();
      continue;
    }
    const auto feed = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, feed == std::string_view::npos ? feed : feed + 1);
    head_bytes_ += state_ == State::ChunkSize || state_ == State::ChunkEnd ? 0 : piece.size();
    if (head_bytes_ > limits_.max_head_bytes || line_.size() + piece.size() > limits_.max_head_bytes)
      return too_large("head");
    line_.append(piece);
    bytes.remove_prefix(piece.size());
    if (feed == std::string_view::npos) break;
    if (!line_.ends_with("\r\n")) return garbage("a line has no end");
    line_.resize(line_.size() - 2);
    if (auto taken = take_line(); !taken) return taken.error();
    line_.clear();
  }
  // What nobody asked for: the next answer of this connection could be anything.
  if (!bytes.empty()) keeps_connection_ = false;
  return state_ == State::Whole;
}

Outcome<Done> ResponseParser::end() {
  if (state_ == State::ToEnd) return finish_body();
  return Failure{Fault::Broken, began_ ? "the connection ended within the answer"
                                       : "the connection ended without an answer"};
}

Outcome<Done> ResponseParser::take_line() {
  switch (state_) {
    case State::StatusLine:
      return take_status_line();
    case State::Fields:
      return line_.empty() ? end_head() : take_field();
    case State::ChunkSize:
      return take_chunk_size();
    case State::ChunkEnd:
      if (!line_.empty()) return garbage("a chunk is longer than it says");
      state_ = State::ChunkSize;
      return Done{};
    case State::Trailers:
      if (line_.empty()) return finish_body();
      return Done{};
    default:
      return Done{};
  }
}

// HTTP/1.1 200 OK
Outcome<Done> ResponseParser::take_status_line() {
  constexpr std::size_t kCodeAt = 9;
  const std::string_view line = line_;
  const bool is_http = line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ");
  if (!is_http || line.size() < kCodeAt + 3) return garbage("no status line");
  if (line.size() > kCodeAt + 3 && line[kCodeAt + 3] != ' ') return garbage("no status line");
  const auto status = parse_number<std::int64_t>(line.substr(kCodeAt, 3));
  if (!status || *status < 100 || *status > 599 || *status == 101) return garbage("no status");
  answer_.status = *status;
  keeps_connection_ = line[7] == '1';
  state_ = State::Fields;
  return Done{};
}

Outcome<Done> ResponseParser::take_field() {
  const std::string_view line = line_;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_field_name(line.substr(0, colon)))
    return garbage("a header has no name");
  const std::string_view value = trim(line.substr(colon + 1));
  if (!is_field_value(value)) return garbage("a header has a character that does not belong there");
  std::string name = to_lower_ascii(line.substr(0, colon));
  if (name == "content-length") {
    const auto length = parse_number<std::int64_t>(value);
    if (!length || (length_ >= 0 && length_ != *length)) return garbage("it has no one length");
    length_ = *length;
  } else if (name == "transfer-encoding") {
    if (has_coding_ || to_lower_ascii(value) != "chunked") return garbage("its transfer coding is not known");
    has_coding_ = chunked_ = true;
  } else if (name == "content-encoding") {
    encoded_ = encoded_ || to_lower_ascii(value) != "identity";
  } else if (name == "connection" && list_has(value, "close")) {
    keeps_connection_ = false;
  }
  if (answer_.headers.size() >= limits_.max_fields) return too_large("head");
  if (json_detail::is_utf8(value)) answer_.headers.push_back({std::move(name), Secret(std::string(value))});
  return Done{};
}

Outcome<Done> ResponseParser::end_head() {
  constexpr std::int64_t kNoContent = 204;
  constexpr std::int64_t kNotModified = 304;
  if (answer_.status < 200) {
    answer_ = {};
    length_ = -1;
    has_coding_ = chunked_ = encoded_ = false;
    state_ = State::StatusLine;
    return Done{};
  }
  if (answer_.status == kNoContent || answer_.status == kNotModified) return finish_body();
  if (encoded_) return Failure{Fault::Unusable, "the answer's body is encoded, which was not asked for"};
  if (chunked_) {
    if (length_ >= 0) return garbage("it has a length beside a transfer coding");
    state_ = State::ChunkSize;
    return Done{};
  }
  if (length_ < 0) {
    keeps_connection_ = false;
    state_ = State::ToEnd;
    return Done{};
  }
  if (static_cast<std::uint64_t>(length_) > limits_.max_body_bytes) return too_large("body");
  body_left_ = static_cast<std::size_t>(length_);
  body_.reserve(body_left_);
  state_ = State::Fixed;
  return body_left_ == 0 ? finish_body() : Outcome<Done>(Done{});
}

Outcome<Done> ResponseParser::take_chunk_size() {
  constexpr int kHex = 16;
  // Extensions have no meaning here.
  const auto size =
      parse_number<std::uint32_t>(trim(std::string_view(line_).substr(0, line_.find(';'))), kHex);
  if (!size) return garbage("a chunk has no size");
  if (*size == 0) {
    state_ = State::Trailers;
    return Done{};
  }
  if (*size > limits_.max_body_bytes - body_.size()) return too_large("body");
  body_left_ = *size;
  state_ = State::Chunk;
  return Done{};
}

Outcome<Done> ResponseParser::take_body(std::string_view& bytes) {
  const bool has_end = state_ != State::ToEnd;
  const std::string_view piece = has_end ? bytes.substr(0, body_left_) : bytes;
  if (piece.size() > limits_.max_body_bytes - body_.size()) return too_large("body");
  body_.append(piece);
  bytes.remove_prefix(piece.size());
  if (!has_end) return Done{};
  body_left_ -= piece.size();
  if (body_left_ > 0) return Done{};
  if (state_ == State::Fixed) return finish_body();
  state_ = State::ChunkEnd;
  return Done{};
}

Outcome<Done> ResponseParser::finish_body() {
  state_ = State::Whole;
  if (!json_detail::is_utf8(body_)) return Failure{Fault::Unusable, "the answer's body is not UTF-8"};
  answer_.body = Secret(std::move(body_));
  return Done{};
}

}  // namespace gateway::net
