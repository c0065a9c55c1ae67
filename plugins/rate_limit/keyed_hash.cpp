#include "keyed_hash.hpp"

#include <bit>
#include <cstddef>

namespace gateway::rate_limit {

namespace {

struct State {
  std::uint64_t a, b, c, d;

  void round() noexcept {
    a += b;
    c += d;
    b = std::rotl(b, 13) ^ a;
    d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32) + d;
    c += b;
    d = std::rotl(d, 21) ^ a;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }
  void absorb(std::uint64_t word) noexcept {
    d ^= word;
    round();
    round();
    a ^= word;
  }
};

// At most eight bytes, the first one lowest.
std::uint64_t little_endian(std::string_view bytes) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = bytes.size(); i-- > 0;)
    word = word << 8 | static_cast<unsigned char>(bytes[i]);
  return word;
}

}  // namespace

std::uint64_t keyed_hash(HashKey key, std::string_view bytes) noexcept {
  // "somepseudorandomlygeneratedbytes", as the paper has it.
  State state{key.first ^ 0x736f6d6570736575U, key.second ^ 0x646f72616e646f6dU,
              key.first ^ 0x6c7967656e657261U, key.second ^ 0x7465646279746573U};
  const std::uint64_t length = bytes.size();
  for (; bytes.size() >= 8; bytes.remove_prefix(8))
    state.absorb(little_endian(bytes.substr(0, 8)));
  state.absorb(little_endian(bytes) | length << 56);
  state.c ^= 0xff;
  for (int i = 0; i < 4; ++i)
    state.round();
  return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace gateway::rate_limit
