// The policy rate-limit on the plugin redis, each loaded from its file, as two gateways have them.
#include <atomic>
#include <chrono>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gateway/conformance/policy_exchange.hpp>

#include "tests/integration/redis/redis_fixture.hpp"

namespace gateway::testing {
namespace {

using conformance::PluginInstance;
using conformance::PluginLibrary;
using conformance::PolicyExchange;

PluginLibrary library(const char* path) {
  auto opened = PluginLibrary::open(path);
  if (!opened) throw std::runtime_error(opened.error().detail);
  return *opened;
}

PluginInstance running(const char* path, const conformance::TestHost& host, const std::string& section) {
  auto made = PluginInstance::run(library(path), host, section);
  if (!made) throw std::runtime_error(made.error().detail);
  return std::move(*made);
}

// What a gateway is to these two: limits.take of the policy goes to the counters.
class SmallGateway {
 public:
  SmallGateway(const std::string& redis_section, const std::string& limits_section)
      : counters_(running(REDIS_PLUGIN, host_, redis_section)),
        limits_(running(RATE_LIMIT_PLUGIN, host_of_policy_, limits_section)) {}

  PolicyExchange ask(RouteClass route_class, const std::string& address, const std::string& user = "") {
    PolicyExchange exchange;
    exchange.request.route_class = route_class;
    exchange.request.client_address = address;
    exchange.request.user_id = user;
    std::int32_t verdict = exchange.on_request(limits_);
    if (verdict == 0 && !user.empty()) verdict = exchange.on_authenticated(limits_);
    verdict_ = verdict;
    exchange.status = exchange.rejection ? exchange.rejection->status : 200;
    EXPECT_EQ(exchange.on_response(limits_), 0);
    return exchange;
  }
  bool admits(RouteClass route_class, const std::string& address, const std::string& user = "") {
    return !ask(route_class, address, user).rejection && verdict_ == 0;
  }
  std::int32_t last_verdict() const { return verdict_; }
  bool blocks_for(RouteClass route_class) const {
    return limits_.policy()->may_block(limits_.abi_instance(), static_cast<std::int32_t>(route_class)) != 0;
  }
  conformance::TestHost& host() { return host_of_policy_; }

 private:
  conformance::TestHost host_;
  PluginInstance counters_;
  conformance::TestHost host_of_policy_{
      [this](const gateway_call& call, gateway_sink* sink) { return counters_.call_raw(call, sink); }};
  PluginInstance limits_;
  std::atomic<std::int32_t> verdict_{0};
};

class SharedRateLimit : public RedisFixture {
 protected:
  static constexpr const char* kHandedIn = "rate_limit_shared_handed_in";

  std::string address() {
    static std::atomic<int> next{0};
    return "198.51.100." + std::to_string(++next);
  }
  static std::string header(const PolicyExchange& exchange, const char* name) {
    const auto values = exchange.values_of(name);
    return values.size() == 1 ? values[0] : "(" + std::to_string(values.size()) + " values)";
  }
};

TEST_F(SharedRateLimit, the_eleventh_login_is_refused_whichever_gateway_it_meets) {
  SmallGateway one(shared().section(), "{}");
  SmallGateway two(shared().section(), "{}");
  EXPECT_TRUE(one.blocks_for(RouteClass::Auth));
  EXPECT_FALSE(one.blocks_for(RouteClass::Read)) << "reads stay on the I/O thread";
  const std::string from = address();
  for (int i = 0; i < 10; ++i) {
    const PolicyExchange asked = (i % 2 == 0 ? one : two).ask(RouteClass::Auth, from);
    EXPECT_FALSE(asked.rejection) << i;
    EXPECT_EQ(header(asked, "X-RateLimit-Limit"), "10");
    EXPECT_EQ(header(asked, "X-RateLimit-Remaining"), std::to_string(9 - i));
  }
  for (SmallGateway* gateway : {&one, &two}) {
    const PolicyExchange refused = gateway->ask(RouteClass::Auth, from);
    ASSERT_TRUE(refused.rejection);
    EXPECT_EQ(refused.rejection->status, 429);
    EXPECT_GE(refused.rejection->retry_after_s, 1);
    EXPECT_LE(refused.rejection->retry_after_s, 6);
    EXPECT_EQ(header(refused, "X-RateLimit-Remaining"), "0");
  }
  EXPECT_TRUE(one.admits(RouteClass::Auth, address())) << "another address";
}

TEST_F(SharedRateLimit, many_threads_of_two_gateways_get_exactly_the_burst) {
  // So many a minute that hardly one grows back meanwhile.
  const char* section =
      R"({"Routes":{"/api/v1/users":{"PerMinute":1,"Burst":100,"Key":"address"}},"SharedTimeoutMs":5000})";
  SmallGateway one(shared().section(), section);
  SmallGateway two(shared().section(), section);
  const std::string from = address();
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      SmallGateway& gateway = t % 2 == 0 ? one : two;
      for (int i = 0; i < 60; ++i) {
        PolicyExchange exchange = gateway.ask(RouteClass::Auth, from);
        if (!exchange.rejection) ++admitted;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_GE(admitted, 100);
  EXPECT_LE(admitted, 101) << "one a minute grows back";
  EXPECT_EQ(one.host().counted("rate_limit_shared_failed") + two.host().counted("rate_limit_shared_failed"),
            0);
}

TEST_F(SharedRateLimit, who_is_refused_costs_redis_nothing) {
  RedisServer server;
  SmallGateway gateway(server.section(), "{}");
  const std::string from = address();
  const auto asked = [&] {
    const std::string stats = server.cli({"INFO", "commandstats"});
    const std::string name = "cmdstat_evalsha:calls=";
    return std::stoi(stats.substr(stats.find(name) + name.size()));
  };
  for (int i = 0; i < 11; ++i)
    gateway.ask(RouteClass::Auth, from);
  const int before = asked();
  for (int i = 0; i < 50; ++i) {
    const PolicyExchange refused = gateway.ask(RouteClass::Auth, from);
    ASSERT_TRUE(refused.rejection);
    EXPECT_EQ(refused.rejection->retry_after_s, 6);
    EXPECT_EQ(header(refused, "X-RateLimit-Remaining"), "0");
  }
  EXPECT_LE(asked() - before, 5) << "the thread behind it may have looked";
  EXPECT_TRUE(gateway.admits(RouteClass::Auth, address()));
}

TEST_F(SharedRateLimit, what_one_gateway_reads_the_other_learns_of) {
  const char* section = R"({"ReadEndpoints":1000})";
  SmallGateway one(shared().section(), section);
  SmallGateway two(shared().section(), section);
  for (const std::string& user : {std::string(), std::string("ann")}) {
    const std::string from = address();
    int admitted = 0;
    for (int i = 0; i < 700; ++i)
      admitted += one.admits(RouteClass::Read, from, user) ? 1 : 0;
    EXPECT_EQ(admitted, 700);
    // One request tells it, and the next one shows what it has learnt.
    EXPECT_TRUE(becomes([&] {
      const PolicyExchange asked = two.ask(RouteClass::Read, from, user);
      return std::stoi(header(asked, "X-RateLimit-Remaining")) < 310;
    }));
  }
  EXPECT_GT(one.host().counted("rate_limit_shared_handed_in"), 0);
}

TEST_F(SharedRateLimit, reads_of_two_gateways_keep_the_limit_within_a_twentieth) {
  const char* section = R"({"ReadEndpoints":1000})";
  SmallGateway one(shared().section(), section);
  SmallGateway two(shared().section(), section);
  const std::string from = address();
  const auto begin = std::chrono::steady_clock::now();
  int admitted = 0;
  for (int i = 0; i < 1600; ++i) {
    SmallGateway& gateway = i % 2 == 0 ? one : two;
    const double before = gateway.host().counted(kHandedIn);
    if (!gateway.admits(RouteClass::Read, from)) continue;
    // Near the limit requests that take no time at all would outrun any news.
    if (++admitted >= 900) becomes([&] { return gateway.host().counted(kHandedIn) > before; }, 1'000);
  }
  // The clock of a test host stands still, that of Redis does not: what grows back there may be given out.
  const auto grown = (std::chrono::steady_clock::now() - begin) / std::chrono::milliseconds(60);
  std::cout << "admitted " << admitted << " of 1600, limit 1000 and up to " << grown << '\n';
  EXPECT_GE(admitted, 950);
  EXPECT_LE(admitted, (1000 + grown) * 105 / 100);
}

TEST_F(SharedRateLimit, without_shared_counts_it_counts_by_itself_unless_it_is_told_not_to) {
  conformance::TestHost alone;
  const auto lib = library(RATE_LIMIT_PLUGIN);
  EXPECT_TRUE(PluginInstance::run(lib, alone, "{}"));
  EXPECT_TRUE(PluginInstance::run(lib, alone, R"({"Shared":false})"));
  const auto refused = PluginInstance::run(lib, alone, R"({"Shared":true})");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("ConnectionStrings:Redis"), std::string::npos);

  SmallGateway unshared(shared().section(), R"({"Shared":false})");
  EXPECT_FALSE(unshared.blocks_for(RouteClass::Auth));
  SmallGateway sharing(shared().section(), "{}");
  const std::string from = address();
  int admitted = 0;
  for (int i = 0; i < 15; ++i)
    admitted +=
        (unshared.admits(RouteClass::Auth, from) ? 1 : 0) + (sharing.admits(RouteClass::Auth, from) ? 1 : 0);
  EXPECT_EQ(admitted, 20);
}

TEST_F(SharedRateLimit, with_redis_gone_each_mode_does_what_it_says) {
  RedisServer server;
  SmallGateway local(server.section(), R"({"AuthEndpoints":10,"ReadEndpoints":20,"Tasks":2})");
  SmallGateway open(server.section(), R"({"OnFailure":"open","AuthEndpoints":10})");
  SmallGateway closed(server.section(), R"({"OnFailure":"closed","AuthEndpoints":10})");
  for (SmallGateway* gateway : {&local, &open, &closed})
    EXPECT_TRUE(gateway->admits(RouteClass::Auth, address()));
  server.kill();
  const std::string from = address();
  const auto admitted_of = [&](SmallGateway& gateway, RouteClass route_class, const std::string& who) {
    int admitted = 0;
    for (int i = 0; i < 50; ++i)
      admitted += gateway.admits(route_class, who) ? 1 : 0;
    return admitted;
  };
  EXPECT_EQ(admitted_of(local, RouteClass::Auth, from), 5) << "its half of ten";
  EXPECT_EQ(admitted_of(local, RouteClass::Read, from), 10) << "its half of twenty";
  const PolicyExchange refused = local.ask(RouteClass::Auth, from);
  ASSERT_TRUE(refused.rejection);
  EXPECT_EQ(refused.rejection->retry_after_s, 12) << "one in twelve seconds is its half";
  EXPECT_EQ(admitted_of(open, RouteClass::Auth, from), 50);
  EXPECT_EQ(admitted_of(closed, RouteClass::Auth, from), 0);
  EXPECT_NE(closed.last_verdict(), 0);
  EXPECT_EQ(admitted_of(closed, RouteClass::Health, from), 50) << "what has no limit is not refused";
  for (SmallGateway* gateway : {&local, &open, &closed}) {
    EXPECT_GT(gateway->host().counted("rate_limit_shared_failed"), 0);
    EXPECT_NE(gateway->host().logged().find("OnFailure holds"), std::string::npos);
  }

  server.start();
  const std::string later = address();
  for (SmallGateway* gateway : {&local, &open, &closed}) {
    EXPECT_TRUE(becomes([&] {
      return gateway->host().logged().find("limits are shared\n") != std::string::npos &&
             gateway->host().logged().find("answer again") != std::string::npos;
    }));
  }
  int admitted = 0;
  for (int i = 0; i < 20; ++i) {
    for (SmallGateway* gateway : {&local, &open, &closed})
      admitted += gateway->admits(RouteClass::Auth, later) ? 1 : 0;
  }
  EXPECT_EQ(admitted, 10) << "shared again";
}

TEST_F(SharedRateLimit, a_store_that_hangs_costs_one_timeout_and_not_one_for_each_request) {
  RedisServer server;
  SmallGateway gateway(server.section(), R"({"SharedTimeoutMs":200})");
  EXPECT_TRUE(gateway.admits(RouteClass::Auth, address()));
  server.freeze();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i)
    gateway.admits(RouteClass::Auth, address());
  const auto took = std::chrono::steady_clock::now() - begin;
  server.thaw();
  EXPECT_GE(took, std::chrono::milliseconds(100)) << "somebody has to find out";
  EXPECT_LT(took, std::chrono::milliseconds(1'500));
}

TEST_F(SharedRateLimit, neither_addresses_nor_users_are_to_be_read_in_redis) {
  SmallGateway gateway(shared().section(), "{}");
  gateway.admits(RouteClass::Auth, "203.0.113.77");
  gateway.admits(RouteClass::Read, "203.0.113.77", "user-to-find");
  EXPECT_TRUE(becomes([&] { return gateway.host().counted("rate_limit_shared_handed_in") > 0; }));
  const std::string keys = shared().cli({"KEYS", "*"});
  EXPECT_NE(keys.find("identity-gateway:limit:{"), std::string::npos);
  EXPECT_EQ(keys.find("user-to-find"), std::string::npos);
  EXPECT_EQ(keys.find("203.0.113.77"), std::string::npos);
}

}  // namespace
}  // namespace gateway::testing
