// How a fuzz target states what must hold: a broken property is a crash that the fuzzer keeps.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace gateway::fuzz {

inline void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", property);
  std::abort();
}

}  // namespace gateway::fuzz
