// limit_bench ADDRESSES: what rate-limit's table costs with so many distinct addresses in it, half of them
// IPv6: prints the memory it took (MB of the process) and nanoseconds for a decision about one of them at
// random, which no cache of the processor has.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include <unistd.h>

#include "plugins/rate_limit/memory_limit_store.hpp"

namespace {

using namespace gateway::rate_limit;

constexpr Limit kLimit{600'000'000, 100};  // the default for reading: a hundred a minute

double resident_mb() {
  std::ifstream file("/proc/self/statm");
  long total = 0;
  long resident = 0;
  file >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

// The client part of one address, as the plugin has it: four bytes, or the eight of a /64.
class Address {
 public:
  explicit Address(std::uint32_t number) : size_(number % 2 == 0 ? 4 : 8) {
    const std::uint32_t mixed = number * 2654435761U;  // odd: every number is another address
    for (std::size_t i = 0; i < 4; ++i)
      bytes_.at(i) = static_cast<char>(mixed >> (8 * i));
  }
  std::string_view text() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<char, 8> bytes_{};
  std::size_t size_;
};

// Decisions about addresses drawn at random (a generator that costs a nanosecond).
double ns_per_decision(MemoryLimitStore& store, std::uint32_t addresses, std::int64_t now_ns) {
  constexpr int kDecisions = 4'000'000;
  std::uint64_t state = 88172645463325252U;
  int admitted = 0;
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < kDecisions; ++i) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    const Address address(static_cast<std::uint32_t>(state % addresses));
    admitted += store.decide({"read", SubjectKind::Address, address.text()}, kLimit, 1, now_ns).admitted;
  }
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - began;
  if (admitted == 0) std::exit(1);
  return took.count() / kDecisions;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto addresses = static_cast<std::uint32_t>(std::atoi(argv[1]));
  constexpr std::int64_t kNow = 1'000'000'000;
  const double before_mb = resident_mb();
  MemoryLimitStore store(1'000'000, {1, 2});  // MaxEntries where nothing is configured
  for (std::uint32_t i = 0; i < addresses; ++i) {
    const Address address(i);
    if (!store.decide({"read", SubjectKind::Address, address.text()}, kLimit, 1, kNow).admitted) return 1;
  }
  const double took_mb = resident_mb() - before_mb;
  // What was forgotten for want of room would make the table look better than it is.
  if (store.size(kNow) < addresses - addresses / 200) return 1;
  std::printf("%.1f %.1f\n", took_mb, ns_per_decision(store, addresses, kNow));
  return 0;
}
