#include "core/server/chunk_decoder.hpp"

#include <algorithm>

#include "core/server/characters.hpp"

namespace gateway::server {

namespace {

// Extensions and trailers together; a request that spends more on them is up to something.
constexpr std::size_t kMaxDiscardedBytes = 4 * 1024;
constexpr std::size_t kMaxSizeDigits = 16;  // 64 bits

constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

ChunkDecoder::Outcome ChunkDecoder::decode(std::string_view& bytes, std::string& body) {
  while (!bytes.empty()) {
    if (state_ == State::Data) {
      const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(size_, bytes.size()));
      body.append(bytes.substr(0, taken));
      bytes.remove_prefix(taken);
      size_ -= taken;
      if (size_ == 0) state_ = State::DataCr;
      continue;
    }
    const Outcome outcome = step(bytes.front());
    bytes.remove_prefix(1);
    if (outcome != Outcome::NeedMore) return outcome;
  }
  return Outcome::NeedMore;
}

ChunkDecoder::Outcome ChunkDecoder::step(char c) {
  switch (state_) {
    case State::SizeFirst:
    case State::Size:
      if (hex_digit(c) >= 0) return size_digit(c);
      if (state_ == State::SizeFirst) return Outcome::Malformed;
      if (size_ > max_body_bytes_ - decoded_) return Outcome::TooLarge;
      [[fallthrough]];
    case State::Blank:
      if (c == ';') return discard(State::Extension);
      if (c == ' ' || c == '\t') return discard(State::Blank);
      return c == '\r' && state_ == State::Size ? go(State::SizeLf) : Outcome::Malformed;
    case State::Extension:
      if (c == '\r') return go(State::SizeLf);
      return is_value_character(c) ? discard(State::Extension) : Outcome::Malformed;
    case State::SizeLf:
      if (c != '\n') return Outcome::Malformed;
      size_digits_ = 0;
      decoded_ += static_cast<std::size_t>(size_);
      return go(size_ == 0 ? State::TrailerFirst : State::Data);
    case State::Data:
      break;  // not here: taken in bulk
    case State::DataCr:
      return c == '\r' ? go(State::DataLf) : Outcome::Malformed;
    case State::DataLf:
      return c == '\n' ? go(State::SizeFirst) : Outcome::Malformed;
    case State::TrailerFirst:
      if (c == '\r') return go(State::LastLf);
      return is_token_character(c) ? discard(State::TrailerName) : Outcome::Malformed;
    case State::TrailerName:
      if (c == ':') return discard(State::TrailerValue);
      return is_token_character(c) ? discard(State::TrailerName) : Outcome::Malformed;
    case State::TrailerValue:
      if (c == '\r') return go(State::TrailerLf);
      return is_value_character(c) ? discard(State::TrailerValue) : Outcome::Malformed;
    case State::TrailerLf:
      return c == '\n' ? go(State::TrailerFirst) : Outcome::Malformed;
    case State::LastLf:
      return c == '\n' ? Outcome::Complete : Outcome::Malformed;
  }
  return Outcome::Malformed;
}

ChunkDecoder::Outcome ChunkDecoder::size_digit(char c) {
  if (state_ == State::SizeFirst) size_ = 0;
  if (++size_digits_ > kMaxSizeDigits) return Outcome::Malformed;
  size_ = size_ * 16 + static_cast<std::uint64_t>(hex_digit(c));
  return go(State::Size);
}

ChunkDecoder::Outcome ChunkDecoder::discard(State next) noexcept {
  return ++discarded_ > kMaxDiscardedBytes ? Outcome::Malformed : go(next);
}

}  // namespace gateway::server
