// RedisFixture: counts on a Redis that all tests of the program share; each test has keys of its own. Thread
// safety: as of the parts.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include <gateway/conformance/test_host.hpp>

#include "storage/redis/redis_counters.hpp"
#include "tests/support/redis_server.hpp"

namespace gateway::testing {

class RedisFixture : public ::testing::Test {
 protected:
  RedisFixture();

  static RedisServer& shared();
  // Started, on a section of the plugin.
  std::unique_ptr<redis::RedisCounters> counters(const std::string& section);
  std::unique_ptr<redis::RedisCounters> counters() { return counters(shared().section()); }

  // A key that no other test has.
  std::string key(const std::string& name) const { return test_ + name; }
  CallContext context(std::int64_t within_ms = 5'000) const { return host_.context(within_ms); }
  // Asks until it is so, at most `limit_ms`.
  static bool becomes(const std::function<bool()>& is_so, std::int64_t limit_ms = 10'000);

  static counters::TakeLimit take(const std::string& key, std::int64_t interval_ms, std::int64_t burst,
                                  std::int64_t cost = 1, bool debt = false) {
    return {key, interval_ms * 1000, burst, cost, debt};
  }

  const std::string test_;
  conformance::TestHost host_;
  Host host_handle_;
};

}  // namespace gateway::testing
