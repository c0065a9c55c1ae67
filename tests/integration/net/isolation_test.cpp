// One origin's trouble stays its own: breaker, bulkhead, stop, many callers at once.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/net/net_fixture.hpp"

namespace gateway::testing {
namespace {

using ::testing::HasSubstr;

class IsolationTest : public NetFixture {
 protected:
  static OriginReply hang() {
    OriginReply reply;
    reply.fault = OriginFault::Hang;
    return reply;
  }
  static std::ptrdiff_t threads() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  }
  // Calls until the breaker is open.
  void open_breaker(const std::string& url) {
    for (int i = 0; i < options_.breaker.failures_to_open; ++i) {
      const auto reply = post(url);
      EXPECT_TRUE(reply.ok() || reply.error().retry_after_ms == 0) << i;
    }
  }
  double breakers_open() { return counted("gateway_outbound_breaker_open{host=\"127.0.0.1\"}"); }
};

TEST_F(IsolationTest, AnOriginThatKeepsFailingIsLeftAlone) {
  std::atomic<int> code{503};
  HttpsOrigin origin([&](const OriginRequest&) { return OriginReply{code, {}, ""}; });
  open_breaker(origin.url());
  EXPECT_EQ(breakers_open(), 1);
  EXPECT_THAT(logger_.text(), HasSubstr("net: an origin keeps failing"));

  const auto refused = post(origin.url());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(end_of(refused), "unavailable");
  EXPECT_GT(refused.error().retry_after_ms, 0);
  EXPECT_LE(refused.error().retry_after_ms, 1'250);
  EXPECT_EQ(origin.requests(), options_.breaker.failures_to_open);
  EXPECT_EQ(counted("gateway_outbound_requests_total{host=\"127.0.0.1\",outcome=\"left_alone\"}"), 1);

  code = 200;
  clock_.forward(2'000);
  EXPECT_EQ(kind_of(post(origin.url())), "answered 200");
  EXPECT_EQ(breakers_open(), 0);
  EXPECT_THAT(logger_.text(), HasSubstr("answers again"));
  EXPECT_EQ(kind_of(post(origin.url())), "answered 200");
}

TEST_F(IsolationTest, EachWayToGiveNoAnswerCountsAndOthersDoNot) {
  OriginReply reply;
  HttpsOrigin origin([&](const OriginRequest&) { return reply; });
  for (const int code : {400, 401, 404, 429, 500}) {
    reply = {code, {}, ""};
    open_breaker(origin.url());
    EXPECT_TRUE(post(origin.url()).ok()) << code;
  }
  reply = {200, {}, std::string(2U << 20, 'x')};  // larger than asked for: it answers
  open_breaker(origin.url());
  EXPECT_EQ(end_of(post(origin.url())), "malformed");

  const auto opens = [&](const std::string& url) {
    open_breaker(url);
    const auto refused = post(url);
    return !refused && refused.error().retry_after_ms > 0;
  };
  EXPECT_TRUE(opens("http://127.0.0.1:" + std::to_string(closed_port())));
  HttpsOrigin untrusted([](const OriginRequest&) { return OriginReply{}; },
                        authority().issue("DNS:else.example"));
  EXPECT_TRUE(opens(untrusted.url()));
  for (const OriginFault fault :
       {OriginFault::CloseWithoutAnswer, OriginFault::CloseMidBody, OriginFault::Raw}) {
    HttpsOrigin broken([&](const OriginRequest&) {
      OriginReply answer{200, {}, "garbage"};
      answer.fault = fault;
      return answer;
    });
    EXPECT_TRUE(opens(broken.url())) << static_cast<int>(fault);
  }
}

TEST_F(IsolationTest, ATimeOutCountsOnlyWhereThereWasTime) {
  HttpsOrigin origin([&](const OriginRequest&) { return hang(); });
  options_.fair_chance_ms = 100;
  const auto call = [&](std::int64_t within_ms) { return post(origin.url(), within_ms); };
  for (int i = 0; i < 2 * options_.breaker.failures_to_open; ++i)
    EXPECT_EQ(end_of(call(10)), "deadline exceeded");
  for (int i = 0; i < options_.breaker.failures_to_open; ++i)
    EXPECT_EQ(end_of(call(120)), "deadline exceeded");
  EXPECT_EQ(end_of(call(120)), "unavailable");
}

TEST_F(IsolationTest, AfterAWhileExactlyOneCallAsksWhetherItIsBack) {
  constexpr int kCallers = 16;
  std::mutex mutex;
  std::condition_variable changed;
  bool let_go = false;
  std::atomic<int> code{503};
  HttpsOrigin origin([&](const OriginRequest&) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::seconds(8), [&] { return let_go || code == 503; });
    return OriginReply{code, {}, ""};
  });
  open_breaker(origin.url());
  const int before = origin.requests();
  code = 200;
  clock_.forward(2'000);

  std::atomic<int> answered{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&] {
      const auto reply = post(origin.url());
      ++(reply ? answered : refused);
      const std::lock_guard lock(mutex);
      let_go = let_go || refused == kCallers - 1;  // the probe alone is still under way
      changed.notify_all();
    });
  }
  for (std::thread& caller : callers)
    caller.join();
  EXPECT_EQ(answered, 1);
  EXPECT_EQ(refused, kCallers - 1);
  EXPECT_EQ(origin.requests(), before + 1);
}

TEST_F(IsolationTest, ASlowOriginTakesOnlyItsShare) {
  options_.max_per_origin = 2;
  HttpsOrigin slow([&](const OriginRequest&) { return hang(); });
  HttpsOrigin sound([](const OriginRequest&) { return OriginReply{200, {}, ""}; });
  client();
  std::vector<std::thread> callers;
  for (int i = 0; i < 2; ++i)
    callers.emplace_back([&] { EXPECT_FALSE(post(slow.url()).ok()); });
  ASSERT_TRUE(slow.wait_requests(2));
  EXPECT_EQ(counted("gateway_outbound_in_flight{host=\"127.0.0.1\"}"), 2);

  const std::int64_t began_ms = now_ms();
  const auto refused = post(slow.url());
  EXPECT_LT(now_ms() - began_ms, 1'000);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(end_of(refused), "overloaded");
  EXPECT_GT(refused.error().retry_after_ms, 0);
  EXPECT_EQ(kind_of(post(sound.url())), "answered 200");

  client().stop();
  for (std::thread& caller : callers)
    caller.join();
  EXPECT_EQ(counted("gateway_outbound_in_flight{host=\"127.0.0.1\"}"), 0);
}

TEST_F(IsolationTest, AStopEndsWhatIsUnderWayAndLeavesNothing) {
  HttpsOrigin origin(
      [&](const OriginRequest& request) {
        return request.target == "/hang" ? hang() : OriginReply{200, {}, ""};
      },
      good_certificate());
  const std::ptrdiff_t before = threads();
  EXPECT_TRUE(get(origin.url()).ok());
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&, i] {
      const auto reply = i % 2 == 0 ? get(origin.url("/hang"), 60'000) : post(origin.url("/hang"), 60'000);
      EXPECT_EQ(end_of(reply), "unavailable");
    });
  }
  ASSERT_TRUE(origin.wait_requests(5));
  const std::int64_t began_ms = now_ms();
  client().stop();
  // None is under way any more when it returns, so that what the client refers to may go.
  EXPECT_EQ(counted("gateway_outbound_in_flight{host=\"127.0.0.1\"}"), 0);
  for (std::thread& caller : callers)
    caller.join();
  EXPECT_LT(now_ms() - began_ms, 2'000);
  EXPECT_EQ(end_of(get(origin.url())), "unavailable");
  EXPECT_EQ(origin.requests(), 5);
  EXPECT_TRUE(origin.wait_open_connections(0));
  end_client();
  EXPECT_LE(threads(), before + 5);  // those of the origin's connections, which it joins at its end
}

// Neither this process, by SIGPIPE, nor the calls that follow.
TEST_F(IsolationTest, AnOriginThatGoesAwayWhileItIsSentToEndsNothingElse) {
  OriginOptions options;
  options.certificate = good_certificate();
  options.never_reads = true;
  HttpsOrigin origin([](const OriginRequest&) { return OriginReply{}; }, options);
  FetchHttp request = request_to(HttpVerb::Post, origin.url());
  request.body = Secret(std::string(8U << 20, 'x'));
  client();
  for (int i = 0; i < 4; ++i) {
    std::thread caller([&] { EXPECT_EQ(end_of(fetch(request)), "unavailable"); });
    EXPECT_TRUE(origin.wait_blocked_writer());
    origin.close_connections();
    caller.join();
    EXPECT_TRUE(origin.wait_open_connections(0));
  }
}

TEST_F(IsolationTest, ManyCallersAtOnceGetTheirOwnAnswers) {
  constexpr int kCallers = 16;
  constexpr int kCalls = 12;
  HttpsOrigin origin(
      [](const OriginRequest& request) {
        OriginReply reply{200, {}, request.target + request.body};
        reply.close_silently = request.target.back() == '7';  // so that kept connections end all the time
        return reply;
      },
      good_certificate());
  client();
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < kCalls; ++i) {
        const std::string path = "/" + std::to_string(caller) + "/" + std::to_string(i);
        const auto reply = get(origin.url(path), 20'000);
        ASSERT_TRUE(reply.ok()) << kind_of(reply);
        EXPECT_EQ(reply->body.reveal(), path);
      }
    });
  }
  for (std::thread& caller : callers)
    caller.join();
  EXPECT_GE(origin.requests(), kCallers * kCalls);
  EXPECT_LT(origin.connections(), kCallers * kCalls / 2);
  EXPECT_EQ(counted("gateway_outbound_requests_total{host=\"127.0.0.1\",outcome=\"2xx\"}"),
            kCallers * kCalls);
  EXPECT_EQ(counted("gateway_outbound_duration_seconds_count{host=\"127.0.0.1\"}"), kCallers * kCalls);
}

TEST_F(IsolationTest, HostsWithALabelOfTheirOwnAreBounded) {
  options_.lookup = [](const std::string&) -> Result<std::vector<std::string>> {
    return unavailable("none");
  };
  for (int i = 0; i < 150; ++i)
    EXPECT_FALSE(post("http://host" + std::to_string(i) + ".example/").ok());
  EXPECT_EQ(counted("gateway_outbound_requests_total{host=\"host0.example\",outcome=\"unavailable\"}"), 1);
  EXPECT_EQ(counted("gateway_outbound_requests_total{host=\"other\",outcome=\"unavailable\"}"), 150 - 64);
}

}  // namespace
}  // namespace gateway::testing
