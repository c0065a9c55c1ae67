#include "core/server/request_id.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <random>

namespace gateway::server {

bool is_valid_request_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '~' || c == '-';
  });
}

RequestIdSource::RequestIdSource() : state_() {
  std::random_device kernel;
  for (std::uint64_t& word : state_)
    word = std::uint64_t{kernel()} << 32 | kernel();
  state_[0] |= 1;  // the generator must not start from all zeros
}

RequestIdSource::Id RequestIdSource::next() noexcept {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  Id id{};
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t word = next_word();
    for (std::size_t i = 0; i < 16; ++i, word >>= 4)
      id[half * 16 + i] = kDigits[word & 15];
  }
  return id;
}

// xoshiro256++ by D. Blackman and S. Vigna (public domain algorithm).
std::uint64_t RequestIdSource::next_word() noexcept {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

}  // namespace gateway::server
