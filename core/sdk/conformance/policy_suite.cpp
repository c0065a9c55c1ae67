#include <algorithm>
#include <atomic>

#include <gateway/conformance/policy_exchange.hpp>

#include "testing.hpp"

namespace gateway::conformance {
namespace {

enum class Hook { Request, Authenticated, Response };
constexpr Hook kHooks[] = {Hook::Request, Hook::Authenticated, Hook::Response};

class PolicySuite : public testing::Test {
 protected:
  PolicySuite() : plugin_(must(PluginInstance::run(subject().library, host_, subject().config), "start")) {}

  std::int32_t run(PolicyExchange& exchange, Hook hook) const {
    if (hook == Hook::Request) return exchange.on_request(plugin_);
    if (hook == Hook::Authenticated) return exchange.on_authenticated(plugin_);
    return exchange.on_response(plugin_);
  }

  // What a policy may do with a request, whatever the request is.
  void expect_well_formed(const PolicyExchange& exchange, Hook hook, std::int32_t verdict) const {
    EXPECT_GE(verdict, 0);
    EXPECT_LE(verdict, static_cast<std::int32_t>(ErrorKind::Internal));
    EXPECT_NE(verdict, static_cast<std::int32_t>(ErrorKind::Internal)) << "the hook threw";
    EXPECT_EQ(exchange.endings, verdict == 1 ? 1 : 0) << "a request is ended once, and the verdict says so";
    EXPECT_FALSE(exchange.wrote_bad_header);
    if (hook == Hook::Response) {
      EXPECT_EQ(verdict, 0) << "an answer cannot be refused";
    }
    if (exchange.rejection) {
      EXPECT_GE(exchange.rejection->status, 400);
      EXPECT_LE(exchange.rejection->status, 599);
      EXPECT_FALSE(exchange.rejection->code.empty());
      EXPECT_FALSE(exchange.rejection->message.empty());
      EXPECT_GE(exchange.rejection->retry_after_s, 0);
    }
    if (exchange.finished_status) {
      EXPECT_GE(*exchange.finished_status, 200);
      EXPECT_LE(*exchange.finished_status, 599);
    }
  }

  static std::vector<PolicyRequestData> odd_requests() {
    const std::string huge(1U << 20, 'x');
    std::vector<PolicyRequestData> requests(8);
    requests[0] = {"", "", "", "", "", "", "", RouteClass::Unknown, {}};
    requests[1] = {huge, huge, huge, huge, huge, huge, huge, RouteClass::Auth, {{"Host", huge}}};
    for (const char* name : {"Host", "Origin", "Forwarded", "X-Forwarded-For", "Authorization", "Cookie",
                             "Access-Control-Request-Method", "Access-Control-Request-Headers"}) {
      requests[2].headers.emplace_back(name, "");
      requests[3].headers.emplace_back(name, std::string("\0\x01\x7f\xff\r\n: ,;=\"\\", 12));
      requests[4].headers.emplace_back(name, "[::1]:99999999999999999999");
      requests[5].headers.emplace_back(name, "*");
      for (int i = 0; i < 1000; ++i)
        requests[6].headers.emplace_back(name, "value");
    }
    requests[3].client_address = "not an address";
    requests[7].method = "OPTIONS";
    requests[7].client_address = "2001:db8::ffff:192.0.2.1";
    return requests;
  }

  TestHost host_;
  PluginInstance plugin_;
};

using PolicyHooks = PolicySuite;

TEST_F(PolicyHooks, ordinary_requests_get_a_verdict) {
  for (std::int32_t route_class = 0; route_class < kRouteClassCount; ++route_class) {
    for (const Hook hook : kHooks) {
      PolicyExchange exchange;
      exchange.request.route_class = static_cast<RouteClass>(route_class);
      exchange.request.headers = {{"Host", "api.example.com"}, {"Accept", "application/json"}};
      exchange.request.user_id = "8a1c1f6e-0000-4000-8000-000000000000";
      exchange.request.user_type = "Buyer";
      expect_well_formed(exchange, hook, run(exchange, hook));
    }
  }
}

TEST_F(PolicyHooks, odd_requests_get_a_verdict) {
  for (const PolicyRequestData& odd : odd_requests()) {
    for (const Hook hook : kHooks) {
      PolicyExchange exchange;
      exchange.request = odd;
      expect_well_formed(exchange, hook, run(exchange, hook));
    }
  }
}

TEST_F(PolicyHooks, every_status_can_be_answered) {
  for (const int status : {100, 200, 204, 301, 304, 400, 401, 429, 500, 503, 0, -1, 1'000'000}) {
    PolicyExchange exchange;
    exchange.status = status;
    exchange.reply_headers = {{"Content-Type", "application/json"}};
    expect_well_formed(exchange, Hook::Response, run(exchange, Hook::Response));
    EXPECT_EQ(exchange.values_of("content-type"), std::vector<std::string>{"application/json"});
  }
}

TEST_F(PolicyHooks, an_unknown_route_class_of_a_newer_host_is_survived) {
  for (const std::int32_t route_class : {-1, kRouteClassCount, 1'000'000}) {
    for (const Hook hook : kHooks) {
      PolicyExchange exchange;
      exchange.request.route_class = static_cast<RouteClass>(route_class);
      expect_well_formed(exchange, hook, run(exchange, hook));
    }
    plugin_.policy()->may_block(plugin_.abi_instance(), route_class);
  }
}

TEST_F(PolicyHooks, hooks_run_at_once) {
  const auto odd = odd_requests();
  std::atomic<int> verdicts{0};
  at_once(8, [&](int thread) {
    for (int i = 0; i < 200; ++i) {
      PolicyExchange exchange;
      if (i % 10 == 0) exchange.request = odd[static_cast<std::size_t>(thread)];
      exchange.request.client_address = "192.0.2." + std::to_string(i % 250);
      exchange.request.headers.emplace_back("Host", "api.example.com");
      for (const Hook hook : kHooks) {
        const std::int32_t verdict = run(exchange, hook);
        if (verdict >= 0 && verdict < static_cast<std::int32_t>(ErrorKind::Internal)) ++verdicts;
      }
    }
  });
  EXPECT_EQ(verdicts, 8 * 200 * 3);
}

TEST_F(PolicyHooks, hooks_that_may_not_block_are_quick) {
  constexpr int kCalls = 10'000;
  constexpr std::int64_t kBoundMs = 2000;  // 100 microseconds a call would already be slow
  for (std::int32_t route_class = 0; route_class < kRouteClassCount; ++route_class) {
    if (plugin_.policy()->may_block(plugin_.abi_instance(), route_class) != 0) continue;
    for (const Hook hook : kHooks) {
      const auto start = std::chrono::steady_clock::now();
      for (int i = 0; i < kCalls; ++i) {
        PolicyExchange exchange;
        exchange.request.route_class = static_cast<RouteClass>(route_class);
        exchange.request.headers.emplace_back("Host", "api.example.com");
        run(exchange, hook);
      }
      EXPECT_LT(elapsed_ms_since(start), kBoundMs);
    }
  }
}

}  // namespace
}  // namespace gateway::conformance
