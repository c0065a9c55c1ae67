// TestHost: the host that a plugin meets in tests. Its clocks stand still until the test moves them, or are
// the system's where it is asked for (TestClock), its randomness is real, it keeps what was logged and
// counted, and it answers service calls with the handler it was given (provider_services.hpp has one; without
// a handler every service is Unsupported).
//
// Thread safety: everything but the constructor may be called from any thread. Ownership: must outlive the
// plugin.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <sys/random.h>

#include <gateway/abi.h>
#include <gateway/call.hpp>

namespace gateway::conformance {

// Still: both clocks stand until advance_ms(). Running: they are the system's, for a plugin that talks to a
// service with a clock of its own; advance_ms() sets them ahead.
enum class TestClock { Still, Running };

class TestHost {
 public:
  using Services = std::function<gateway_status(const gateway_call&, gateway_sink*)>;

  explicit TestHost(Services services = {}, std::string environment = "Test",
                    TestClock clock = TestClock::Still)
      : services_(std::move(services)), environment_(std::move(environment)), clock_(clock) {}
  TestHost(const TestHost&) = delete;
  TestHost& operator=(const TestHost&) = delete;

  const gateway_host* abi() const noexcept { return &abi_; }

  std::int64_t wall_ms() const { return now_ms<std::chrono::system_clock>(kStillWallMs); }
  std::int64_t monotonic_ms() const { return now_ms<std::chrono::steady_clock>(kStillMonotonicMs); }
  // Time passes: both clocks move.
  void advance_ms(std::int64_t by_ms) { ahead_ms_ += by_ms; }

  // A context whose deadline is `within_ms` from now; negative: it has passed already.
  CallContext context(std::int64_t within_ms = 60'000) const {
    return {monotonic_ms() + within_ms, "conformance"};
  }

  std::string random_bytes(std::size_t count) const {
    std::string bytes(count, '\0');
    fill(nullptr, bytes.data(), count);
    return bytes;
  }

  // Every line the plugin has logged, one below the other.
  std::string logged() const {
    const std::lock_guard guard(mutex_);
    std::string all;
    for (const std::string& line : log_)
      all.append(line).push_back('\n');
    return all;
  }

  double counted(const std::string& metric) const {
    const std::lock_guard guard(mutex_);
    const auto it = counters_.find(metric);
    return it == counters_.end() ? 0 : it->second;
  }

 private:
  static constexpr std::size_t kMaxLogLines = 100'000;
  static constexpr std::int64_t kStillWallMs = 1'800'000'000'000;
  static constexpr std::int64_t kStillMonotonicMs = 1'000'000;

  template <class Clock>
  std::int64_t now_ms(std::int64_t still_ms) const {
    if (clock_ == TestClock::Still) return still_ms + ahead_ms_;
    const auto now = Clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count() + ahead_ms_;
  }

  static const TestHost& self(void* context) { return *static_cast<const TestHost*>(context); }

  static void log(void* context, std::int32_t, gateway_text message) {
    const TestHost& host = self(context);
    const std::lock_guard guard(host.mutex_);
    if (host.log_.size() < kMaxLogLines) host.log_.emplace_back(from_abi(message));
  }
  static std::int64_t wall(void* context) { return self(context).wall_ms(); }
  static std::int64_t monotonic(void* context) { return self(context).monotonic_ms(); }
  static gateway_status fill(void*, void* bytes, std::size_t count) {
    auto* next = static_cast<char*>(bytes);
    while (count > 0) {
      const ssize_t got = ::getrandom(next, std::min<std::size_t>(count, 256), 0);
      if (got <= 0) return static_cast<gateway_status>(ErrorKind::Unavailable);
      next += got;
      count -= static_cast<std::size_t>(got);
    }
    return 0;
  }
  static void count(void* context, gateway_text metric, double amount) {
    const TestHost& host = self(context);
    const std::lock_guard guard(host.mutex_);
    host.counters_[std::string(from_abi(metric))] += amount;
  }
  static gateway_status serve(void* context, const gateway_call* call, gateway_sink* reply) {
    const TestHost& host = self(context);
    if (host.services_) return host.services_(*call, reply);
    return write_error(reply, {ErrorKind::Unsupported, "this test host has no services", 0});
  }

  Services services_;
  const std::string environment_;
  const TestClock clock_;
  std::atomic<std::int64_t> ahead_ms_{0};
  mutable std::mutex mutex_;
  mutable std::vector<std::string> log_;
  mutable std::map<std::string, double> counters_;
  gateway_host abi_{sizeof(gateway_host), this, &log, &wall, &monotonic, &fill, &count, &serve,
                    to_abi(environment_)};
};

}  // namespace gateway::conformance
