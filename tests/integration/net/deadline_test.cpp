// A call ends at its deadline, whatever the other side does or does not do.
#include <condition_variable>
#include <mutex>

#include <gtest/gtest.h>

#include "tests/integration/net/net_fixture.hpp"

namespace gateway::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kDeadlineMs = 250;
// What a busy machine may add; far below what any of these faults takes by itself, which is for ever.
constexpr std::int64_t kLateMs = 1'500;

class DeadlineTest : public NetFixture, public ::testing::WithParamInterface<bool> {
 protected:
  OriginOptions origin_options() const {
    OriginOptions options;
    if (GetParam()) options.certificate = good_certificate();
    return options;
  }
  void expect_in_time(const FetchHttp& request, ErrorKind kind = ErrorKind::DeadlineExceeded) {
    client();
    const std::int64_t began_ms = now_ms();
    const auto reply = fetch(request, kDeadlineMs);
    const std::int64_t took_ms = now_ms() - began_ms;
    ASSERT_FALSE(reply.ok());
    EXPECT_EQ(to_string(reply.error().kind), to_string(kind)) << reply.error().detail;
    EXPECT_GE(took_ms, kDeadlineMs);
    EXPECT_LT(took_ms, kDeadlineMs + kLateMs);
  }
  void expect_in_time_with(OriginFault fault, milliseconds delay) {
    OriginReply reply;
    reply.fault = fault;
    reply.delay = delay;
    HttpsOrigin origin([&](const OriginRequest&) { return reply; }, origin_options());
    expect_in_time(request_to(HttpVerb::Get, origin.url()));
    EXPECT_EQ(origin.requests(), 1);  // the deadline is no reason to ask again
    EXPECT_TRUE(origin.wait_open_connections(0));
  }
};

INSTANTIATE_TEST_SUITE_P(PlainAndTls, DeadlineTest, ::testing::Bool(),
                         [](const auto& parameter) { return parameter.param ? "Tls" : "Plain"; });

TEST_P(DeadlineTest, NoAnswer) {
  expect_in_time_with(OriginFault::Hang, milliseconds(0));
}
TEST_P(DeadlineTest, AHeadThatDrips) {
  expect_in_time_with(OriginFault::DripHead, milliseconds(20));
}
TEST_P(DeadlineTest, ABodyThatDrips) {
  expect_in_time_with(OriginFault::DripBody, milliseconds(20));
}
TEST_P(DeadlineTest, AnAnswerThatComesTooLate) {
  expect_in_time_with(OriginFault::None, milliseconds(60'000));
}

TEST_P(DeadlineTest, NobodyReadsTheRequest) {
  OriginOptions options = origin_options();
  options.never_reads = true;
  HttpsOrigin origin([](const OriginRequest&) { return OriginReply{}; }, options);
  FetchHttp request = request_to(HttpVerb::Post, origin.url());
  request.body = Secret(std::string(8U << 20, 'x'));
  expect_in_time(request);
}

TEST_P(DeadlineTest, AHandshakeWithoutAnAnswer) {
  OriginOptions options = origin_options();
  options.certificate = good_certificate();
  options.hang_in_handshake = true;
  HttpsOrigin origin([](const OriginRequest&) { return OriginReply{}; }, options);
  expect_in_time(request_to(HttpVerb::Get, origin.url()));
}

TEST_P(DeadlineTest, NeitherAcceptedNorRefused) {
  const BlackHole hole;
  expect_in_time(request_to(HttpVerb::Get, "http://127.0.0.1:" + std::to_string(hole.port())));
}

class TimeoutTest : public NetFixture {};

TEST_F(TimeoutTest, TheConnectionHasABoundOfItsOwn) {
  const BlackHole hole;
  options_.connect_timeout_ms = 100;
  FetchHttp request = request_to(HttpVerb::Post, "http://127.0.0.1:" + std::to_string(hole.port()));
  const std::int64_t began_ms = now_ms();
  const auto reply = fetch(request);
  EXPECT_EQ(end_of(reply), "unavailable");
  EXPECT_GE(now_ms() - began_ms, 100);
  EXPECT_LT(now_ms() - began_ms, 100 + kLateMs);
}

TEST_F(TimeoutTest, TheClientHasABoundOnTopOfTheCallsOwn) {
  OriginReply hang;
  hang.fault = OriginFault::Hang;
  HttpsOrigin origin([&](const OriginRequest&) { return hang; });
  options_.total_timeout_ms = 150;
  const std::int64_t began_ms = now_ms();
  EXPECT_EQ(end_of(get(origin.url(), 60'000)), "deadline exceeded");
  EXPECT_LT(now_ms() - began_ms, 150 + kLateMs);
}

TEST_F(TimeoutTest, ADeadlineThatHasPassedIsNotEvenTried) {
  HttpsOrigin origin([](const OriginRequest&) { return OriginReply{}; });
  EXPECT_EQ(end_of(get(origin.url(), 0)), "deadline exceeded");
  EXPECT_EQ(end_of(get(origin.url(), -1'000)), "deadline exceeded");
  EXPECT_EQ(origin.connections(), 0);
}

TEST_F(TimeoutTest, ALookupThatHangsIsNotWaitedFor) {
  std::mutex mutex;
  std::condition_variable changed;
  bool let_go = false;
  options_.lookup = [&](const std::string&) -> Result<std::vector<std::string>> {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return let_go; });
    return std::vector<std::string>{"127.0.0.1"};
  };
  const std::int64_t began_ms = now_ms();
  const auto reply = get("http://slow.example/", kDeadlineMs);
  EXPECT_EQ(end_of(reply), "deadline exceeded");
  EXPECT_LT(now_ms() - began_ms, kDeadlineMs + kLateMs);
  {
    const std::lock_guard lock(mutex);
    let_go = true;
    changed.notify_all();
  }
  end_client();  // joins the lookup's thread, while what it refers to is there
}

}  // namespace
}  // namespace gateway::testing
