// keyed_hash: SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012). Clients choose what
// is hashed here, so the key is secret: nobody can aim at a place in the table.
#pragma once

#include <cstdint>
#include <string_view>

namespace gateway::rate_limit {

struct HashKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

std::uint64_t keyed_hash(HashKey key, std::string_view bytes) noexcept;

}  // namespace gateway::rate_limit
