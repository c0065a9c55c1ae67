// Random: the only source of randomness for keys, tokens and ids. Injected, so that tests can repeat a run.
// Thread safety: all members from any thread.
#pragma once

#include <cstddef>
#include <string>

namespace gateway::runtime {

class Random {
 public:
  Random() = default;
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  virtual ~Random() = default;
  // Fills `bytes`; false when no strong randomness is available: the caller fails.
  [[nodiscard]] virtual bool fill(void* bytes, std::size_t count) noexcept = 0;
};

// getrandom(2).
class SystemRandom final : public Random {
 public:
  [[nodiscard]] bool fill(void* bytes, std::size_t count) noexcept override;
};

}  // namespace gateway::runtime
