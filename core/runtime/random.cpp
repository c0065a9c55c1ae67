#include "core/runtime/random.hpp"

#include <cerrno>

#include <sys/random.h>

namespace gateway::runtime {

bool SystemRandom::fill(void* bytes, std::size_t count) noexcept {
  auto* at = static_cast<unsigned char*>(bytes);
  while (count > 0) {
    const ssize_t got = ::getrandom(at, count, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    at += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace gateway::runtime
