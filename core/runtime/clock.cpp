#include "core/runtime/clock.hpp"

#include <chrono>

namespace gateway::runtime {

namespace {
template <class C>
std::int64_t now_ms() noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(C::now().time_since_epoch()).count();
}
}  // namespace

std::int64_t SystemClock::wall_ms() const noexcept {
  return now_ms<std::chrono::system_clock>();
}
std::int64_t SystemClock::monotonic_ms() const noexcept {
  return now_ms<std::chrono::steady_clock>();
}

}  // namespace gateway::runtime
