#include "tests/integration/redis/redis_fixture.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace gateway::testing {

namespace {

std::string next_prefix() {
  static std::atomic<int> count{0};
  return "t" + std::to_string(++count) + "-";
}

}  // namespace

RedisFixture::RedisFixture() : test_(next_prefix()), host_handle_(host_.abi()) {}

// Ends with the program: GoogleTest has no better place for what several suites share.
RedisServer& RedisFixture::shared() {
  static RedisServer server;
  return server;
}

std::unique_ptr<redis::RedisCounters> RedisFixture::counters(const std::string& section) {
  auto made = std::make_unique<redis::RedisCounters>(host_handle_, PluginConfig(section));
  const auto started = made->start();
  EXPECT_TRUE(started) << (started ? "" : started.error().detail);
  return made;
}

bool RedisFixture::becomes(const std::function<bool()>& is_so, std::int64_t limit_ms) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(limit_ms);
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace gateway::testing
