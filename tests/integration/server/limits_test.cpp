// Deadlines of what a client sends, the connection bound, and options that cannot be served.
#include <sys/resource.h>

#include "tests/integration/server/server_fixture.hpp"

namespace gateway::server {
namespace {

using std::chrono::milliseconds;
using testing::RawClient;

class Limits : public ServerFixture {};

TEST_F(Limits, AHeadThatDoesNotComeIs408) {
  options_.header_timeout = milliseconds(100);
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost:"));
  const auto response = client.read_response();
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 408);
  EXPECT_EQ(response->header("Connection"), "close");
  EXPECT_EQ(response->header("X-Request-Id").size(), 32U);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(stat(&ServerStats::timeouts), 1U);
}

TEST_F(Limits, ABodyThatDoesNotComeIs408) {
  options_.body_timeout = milliseconds(100);
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhell"));
  EXPECT_EQ(client.read_response()->status, 408);
  EXPECT_EQ(client.read_to_end(), "");
}

// A drop every now and then does not move the deadline.
TEST_F(Limits, DrippingDoesNotExtendTheHeadersDeadline) {
  options_.header_timeout = milliseconds(200);
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nX: "));
  EXPECT_TRUE(eventually([&] {
    client.send("x");
    return stat(&ServerStats::timeouts) == 1;
  }));
}

TEST_F(Limits, DeadlinesHoldForEveryRequestOfAConnection) {
  options_.header_timeout = milliseconds(100);
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send(get("/id?1")));
  ASSERT_EQ(client.read_response()->body, "id=1");
  ASSERT_TRUE(client.send("GET /id?2 HT"));
  EXPECT_EQ(client.read_response()->status, 408);
}

TEST_F(Limits, AnIdleConnectionIsClosedWithoutAWord) {
  options_.idle_timeout = milliseconds(100);
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send(get("/id?1")));
  ASSERT_EQ(client.read_response()->body, "id=1");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(stat(&ServerStats::timeouts), 0U);
}

TEST_F(Limits, OverTheConnectionBoundNewOnesAreClosed) {
  options_.max_connections = 4;
  start();
  std::vector<RawClient> kept;
  for (int i = 0; i < 4; ++i) {
    kept.push_back(client());
    ASSERT_TRUE(kept.back().send(get("/id?1")));
    ASSERT_EQ(kept.back().read_response()->body, "id=1");
  }
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(client().wait_closed());
  EXPECT_EQ(stat(&ServerStats::connections_refused), 10U);
  EXPECT_EQ(stat(&ServerStats::connections_open), 4U);
  for (RawClient& one : kept) {
    ASSERT_TRUE(one.send(get("/id?2")));
    EXPECT_EQ(one.read_response()->body, "id=2");
  }
  kept.pop_back();
  ASSERT_TRUE(eventually([&] { return stat(&ServerStats::connections_open) == 3; }));
  EXPECT_EQ(testing::exchange_once(port(), get("/id?3"))->body, "id=3");
}

TEST_F(Limits, OptionsThatCannotBeServedStopTheStart) {
  const auto refused = [this](auto change) {
    ServerOptions options;
    options.max_connections = 16;
    change(options);
    Server server(options, application_);
    return !server.start().ok();
  };
  EXPECT_FALSE(refused([](ServerOptions&) {}));
  EXPECT_TRUE(refused([](ServerOptions& o) { o.address = "localhost"; }));
  EXPECT_TRUE(refused([](ServerOptions& o) { o.address = ""; }));
  EXPECT_TRUE(refused([](ServerOptions& o) { o.address = "203.0.113.1"; }));  // not ours to bind
  EXPECT_TRUE(refused([](ServerOptions& o) { o.io_threads = 0; }));
  EXPECT_TRUE(refused([](ServerOptions& o) { o.backlog = 0; }));
  EXPECT_TRUE(refused([](ServerOptions& o) { o.max_connections = 0; }));
  EXPECT_TRUE(refused([](ServerOptions& o) { o.max_in_flight = 0; }));
  EXPECT_TRUE(refused([](ServerOptions& o) { o.header_timeout = milliseconds(0); }));
  EXPECT_TRUE(refused([](ServerOptions& o) { o.write_timeout = milliseconds(-1); }));
  EXPECT_TRUE(refused([](ServerOptions& o) { o.max_head_bytes = 10; }));
}

TEST_F(Limits, MoreConnectionsThanDescriptorsStopTheStart) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  ServerOptions options;
  options.max_connections = limit.rlim_max;
  Server server(options, application_);
  const Result<Done> started = server.start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().kind, ErrorKind::Invalid);
}

TEST_F(Limits, ATakenPortStopsTheStart) {
  start();
  ServerOptions options = options_;
  options.port = port();
  Server second(options, application_);
  const Result<Done> started = second.start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().kind, ErrorKind::Unavailable);
}

TEST_F(Limits, IPv6IsServedWhereThereIsAny) {
  options_.address = "::";
  server_ = std::make_unique<Server>(options_, application_);
  if (!server_->start().ok()) GTEST_SKIP() << "no IPv6 here";
  // An IPv4 client of a dual-stack socket has an IPv4 address.
  EXPECT_NE(testing::exchange_once(port(), get("/echo"))->body.find("client=127.0.0.1 "), std::string::npos);
}

}  // namespace
}  // namespace gateway::server
