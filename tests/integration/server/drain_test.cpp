// Shutting down without dropping a request that is under way.
#include "tests/integration/server/server_fixture.hpp"

namespace gateway::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::RawClient;

class Drain : public ServerFixture {};

TEST_F(Drain, RequestsUnderWayAreAnsweredAndNewConnectionsRefused) {
  options_.io_threads = 2;
  start();
  RawClient idle = client();
  ASSERT_TRUE(idle.send(get("/id?1")));
  ASSERT_EQ(idle.read_response()->body, "id=1");
  RawClient working = client();
  ASSERT_TRUE(working.send(get("/hold?2") + get("/id?never")));
  ASSERT_TRUE(application_.wait_held(1));
  RawClient half = client();
  ASSERT_TRUE(half.send("GET /id?3 HTTP/1.1\r\n"));
  // Taken in order on its I/O thread: once this is answered, the half request has been read.
  ASSERT_TRUE(eventually([&] { return stat(&ServerStats::connections_open) == 3; }));
  RawClient marker_one = client();
  RawClient marker_two = client();
  for (RawClient* marker : {&marker_one, &marker_two}) {
    ASSERT_TRUE(marker->send(get("/id?m")));
    ASSERT_EQ(marker->read_response()->body, "id=m");
  }

  server_->begin_drain();
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_FALSE(client().connected());
  EXPECT_FALSE(server_->wait_drained(steady_clock::now()));

  ASSERT_TRUE(half.send("Host: x\r\n\r\n"));
  const auto third = half.read_response();
  ASSERT_TRUE(third.has_value());
  EXPECT_EQ(third->body, "id=3");
  EXPECT_EQ(third->header("Connection"), "close");
  half.close();

  application_.answer(application_.take_held());
  const auto second = working.read_response();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->body, "id=2");
  EXPECT_EQ(second->header("Connection"), "close");
  EXPECT_EQ(working.read_to_end(), "");
  working.close();

  EXPECT_TRUE(server_->wait_drained(steady_clock::now() + RawClient::kPatience));
  server_->stop();
  EXPECT_EQ(application_.handled().back(), "/id?3");
}

// The client could not know of the drain: its request is in the socket when its I/O thread hears of it.
TEST_F(Drain, WhatAnIdleConnectionHasAlreadySentIsAnswered) {
  options_.io_threads = 1;
  start();
  RawClient idle = client();
  ASSERT_TRUE(idle.send(get("/id?1")));
  ASSERT_EQ(idle.read_response()->body, "id=1");
  RawClient other = client();
  ASSERT_TRUE(other.send(get("/stall")));
  ASSERT_TRUE(application_.wait_stalled());
  server_->begin_drain();
  ASSERT_TRUE(idle.send(get("/id?2")));
  application_.end_stall();
  const auto second = idle.read_response();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->body, "id=2");
  EXPECT_EQ(second->header("Connection"), "close");
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST_F(Drain, WhoIsStuckIsCutAtTheDeadline) {
  start();
  RawClient stuck = client();
  ASSERT_TRUE(stuck.send(get("/hold?1")));
  ASSERT_TRUE(application_.wait_held(1));
  server_->begin_drain();
  EXPECT_FALSE(server_->wait_drained(steady_clock::now() + milliseconds(50)));
  server_->stop();
  EXPECT_TRUE(stuck.wait_closed());
}

TEST_F(Drain, ThePortIsFreeAtOnceAndStoppingTwiceIsHarmless) {
  start();
  ServerOptions options = options_;
  options.port = port();
  server_->begin_drain();
  server_->begin_drain();
  Server successor(options, application_);
  ASSERT_TRUE(successor.start().ok());
  EXPECT_EQ(testing::exchange_once(options.port, get("/id?new"))->body, "id=new");
  server_->stop();
  server_->stop();
  EXPECT_EQ(testing::exchange_once(options.port, get("/id?new"))->body, "id=new");
}

// The accept thread must survive losing its socket while clients keep knocking.
TEST_F(Drain, UnderLoadEveryAcceptedRequestIsAnswered) {
  for (int round = 0; round < 10; ++round) {
    server_.reset();
    start();
    const std::uint16_t at = port();
    std::atomic<bool> stop{false};
    std::atomic<int> answered{0};
    std::vector<std::thread> clients;
    clients.reserve(4);
    for (int c = 0; c < 4; ++c) {
      clients.emplace_back([&] {
        while (!stop) {
          if (testing::exchange_once(at, get("/async?x"))) ++answered;
        }
      });
    }
    EXPECT_TRUE(eventually([&] { return answered > 50; }));
    server_->begin_drain();
    EXPECT_TRUE(server_->wait_drained(steady_clock::now() + RawClient::kPatience));
    server_->stop();
    stop = true;
    for (std::thread& thread : clients)
      thread.join();
  }
}

}  // namespace
}  // namespace gateway::server
