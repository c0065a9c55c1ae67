// Exchanges that are finished elsewhere, late, never, or by an exception.
#include "core/server/answer_batch.hpp"
#include "tests/integration/server/server_fixture.hpp"

namespace gateway::server {
namespace {

using std::chrono::milliseconds;
using testing::RawClient;

class Exchanges : public ServerFixture {};

TEST_F(Exchanges, AWorkerMayTakeLongerThanTheReadingDeadlines) {
  options_.header_timeout = options_.body_timeout = options_.idle_timeout = milliseconds(60);
  start();
  RawClient slow = client();
  ASSERT_TRUE(slow.send(get("/hold?slow")));
  ASSERT_TRUE(application_.wait_held(1));
  // A silent client that came later has been closed by its own deadline: so those deadlines have passed.
  ASSERT_TRUE(client().wait_closed());
  ASSERT_TRUE(client().wait_closed());
  EXPECT_TRUE(slow.silent());
  application_.answer(application_.take_held());
  EXPECT_EQ(slow.read_response()->body, "id=slow");
}

TEST_F(Exchanges, PastItsDeadlineARequestIsAnsweredOnceWith503) {
  options_.request_timeout = milliseconds(60);
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send(get("/hold?late") + get("/id?next")));
  ASSERT_TRUE(application_.wait_held(1));
  const auto late = client.read_response();
  ASSERT_TRUE(late.has_value());
  EXPECT_EQ(late->status, 503);
  EXPECT_EQ(late->header("Retry-After"), "1");
  EXPECT_EQ(late->body.substr(0, 15), "503 OVERLOADED ");
  EXPECT_EQ(client.read_response()->body, "id=next");

  const auto held = application_.take_held();
  EXPECT_TRUE(held->abandoned());
  EXPECT_EQ(held->request().query, "late");  // its request is still its own
  held->response().body = "too late";
  held->complete();
  ASSERT_TRUE(client.send(get("/id?after")));
  EXPECT_EQ(client.read_response()->body, "id=after");
  EXPECT_EQ(stat(&ServerStats::timeouts), 1U);
}

TEST_F(Exchanges, LettingGoWithoutAnAnswerIsA500) {
  start();
  RawClient client(port());
  for (const char* target : {"/drop", "/drop-async", "/drop"}) {
    ASSERT_TRUE(client.send(get(target)));
    const auto response = client.read_response();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 500);
    EXPECT_EQ(response->body.substr(0, 19), "500 INTERNAL_ERROR ");
  }
  ASSERT_TRUE(client.send(get("/id?next")));
  EXPECT_EQ(client.read_response()->body, "id=next");
  EXPECT_TRUE(eventually([&] { return stat(&ServerStats::in_flight) == 0; }));
}

// check 34: what an exception says stays inside
TEST_F(Exchanges, check_34_ExceptionTextIsNeverSent) {
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send(get("/throw", "Connection: close\r\n")));
  const auto everything = client.read_to_end();
  ASSERT_TRUE(everything.has_value());
  EXPECT_EQ(everything->substr(0, 12), "HTTP/1.1 500");
  EXPECT_EQ(everything->find("detail-that-must-not-be-sent"), std::string::npos);
}

TEST_F(Exchanges, check_34_AResponseThatWouldSplitIsA500) {
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send(get("/bad-header", "Connection: close\r\n")));
  const auto everything = client.read_to_end();
  ASSERT_TRUE(everything.has_value());
  EXPECT_EQ(everything->substr(0, 12), "HTTP/1.1 500");
  EXPECT_EQ(everything->find("X-Injected"), std::string::npos);
}

TEST_F(Exchanges, AResponseOverTheBoundIsA500) {
  options_.max_response_bytes = 1000;
  start();
  EXPECT_EQ(testing::exchange_once(port(), get("/big?1000"))->status, 200);
  EXPECT_EQ(testing::exchange_once(port(), get("/big?1001"))->status, 500);
}

TEST_F(Exchanges, AClientThatLeavesAbandonsItsRequest) {
  start();
  {
    RawClient leaves = client();
    ASSERT_TRUE(leaves.send(get("/hold?gone")));
    ASSERT_TRUE(application_.wait_held(1));
  }
  const auto held = application_.take_held();
  ASSERT_TRUE(eventually([&] { return held->abandoned(); }));
  EXPECT_EQ(stat(&ServerStats::connections_open), 0U);
  EXPECT_EQ(stat(&ServerStats::in_flight), 1U);  // the worker's place is taken until it lets go
  held->complete();
}

TEST_F(Exchanges, AnswersOfABatchComeTogether) {
  start();
  RawClient first = client();
  RawClient second = client();
  ASSERT_TRUE(first.send(get("/hold?first")));
  ASSERT_TRUE(application_.wait_held(1));
  ASSERT_TRUE(second.send(get("/hold?second")));
  ASSERT_TRUE(application_.wait_held(2));
  {
    const AnswerBatch batch;
    for (const char* body : {"first", "second"}) {
      const auto held = application_.take_held();
      held->response().body = body;
      held->complete();
    }
  }
  EXPECT_EQ(first.read_response()->body, "first");
  EXPECT_EQ(second.read_response()->body, "second");
}

TEST_F(Exchanges, AnAnswerDoesNotWaitForABatchThatIsHeldUp) {
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send(get("/hold?1")));
  ASSERT_TRUE(application_.wait_held(1));
  const AnswerBatch batch;  // its thread goes on to something that takes as long as this test
  application_.take_held()->complete();
  const auto response = client.read_response();
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 200);
  ASSERT_TRUE(client.send(get("/id?next")));
  EXPECT_EQ(client.read_response()->body, "id=next");
}

TEST_F(Exchanges, AnswersAfterTheServerHasStoppedGoNowhere) {
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send(get("/hold?1")));
  ASSERT_TRUE(application_.wait_held(1));
  server_->stop();
  EXPECT_TRUE(client.wait_closed());
  server_.reset();
  const auto held = application_.take_held();
  EXPECT_TRUE(held->abandoned());
  EXPECT_EQ(held->request().query, "1");
  held->complete();
}

TEST_F(Exchanges, OverTheInFlightBoundTheAnswerIs503) {
  options_.max_in_flight = 2;
  start();
  RawClient first = client();
  RawClient second = client();
  ASSERT_TRUE(first.send(get("/hold?1")));
  ASSERT_TRUE(second.send(get("/hold?2")));
  ASSERT_TRUE(application_.wait_held(2));
  RawClient third = client();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(third.send(get("/id?3")));
    const auto refused = third.read_response();
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->status, 503);
    EXPECT_EQ(refused->header("Retry-After"), "1");
    EXPECT_EQ(refused->body.substr(0, 15), "503 OVERLOADED ");
  }
  application_.answer(application_.take_held());
  EXPECT_EQ(first.read_response()->body, "id=1");
  ASSERT_TRUE(eventually([&] { return stat(&ServerStats::in_flight) == 1; }));
  ASSERT_TRUE(third.send(get("/id?3")));
  EXPECT_EQ(third.read_response()->body, "id=3");
  EXPECT_EQ(stat(&ServerStats::requests_refused), 3U);
  application_.answer(application_.take_held());
  EXPECT_EQ(second.read_response()->body, "id=2");
}

// A wake-up that gets lost leaves a client waiting: many answers cross from workers while their I/O thread is
// busy.
TEST_F(Exchanges, NoWakeUpIsLost) {
  options_.io_threads = 2;
  start();
  std::vector<std::thread> threads;
  threads.reserve(8);
  std::atomic<int> answered{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      RawClient client(port());
      for (int i = 0; i < 1000; ++i) {
        const std::string id = std::to_string(t) + "-" + std::to_string(i);
        if (!client.send(get("/async?" + id))) return;
        const auto response = client.read_response();
        if (!response || response->body != "id=" + id) return;
        ++answered;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(answered.load(), 8000);
}

}  // namespace
}  // namespace gateway::server
