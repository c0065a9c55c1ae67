// Connections that are used again, and requests that are sent again: never one that may have taken effect.
#include <atomic>

#include <gtest/gtest.h>

#include "tests/integration/net/net_fixture.hpp"

namespace gateway::testing {
namespace {

class RepeatTest : public NetFixture {
 protected:
  // Answers the n-th request (from 0) with what it says.
  HttpsOrigin::Handler in_turn(std::vector<OriginReply> replies) {
    return [this, replies = std::move(replies)](const OriginRequest&) {
      const auto turn = static_cast<std::size_t>(turn_++);
      return replies[std::min(turn, replies.size() - 1)];
    };
  }
  static OriginReply status(int code, std::vector<std::pair<std::string, std::string>> headers = {}) {
    return {code, std::move(headers), "x"};
  }
  static OriginReply no_answer() {
    OriginReply reply;
    reply.fault = OriginFault::CloseWithoutAnswer;
    return reply;
  }
  double opened() { return counted("gateway_outbound_connections_total{host=\"127.0.0.1\",way=\"opened\"}"); }
  double reused() { return counted("gateway_outbound_connections_total{host=\"127.0.0.1\",way=\"reused\"}"); }
  double retries() { return counted("gateway_outbound_retries_total{host=\"127.0.0.1\"}"); }

  std::atomic<int> turn_{0};
};

TEST_F(RepeatTest, AConnectionCarriesOneRequestAfterTheOther) {
  HttpsOrigin origin(in_turn({status(200)}), good_certificate());
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(kind_of(post(origin.url())), "answered 200");
  EXPECT_EQ(origin.connections(), 1);
  EXPECT_EQ(origin.requests(), 5);
  EXPECT_EQ(opened(), 1);
  EXPECT_EQ(reused(), 4);
}

TEST_F(RepeatTest, AnAnswerThatEndsTheConnectionIsBelieved) {
  OriginReply last = status(200);
  last.close_after = true;
  HttpsOrigin origin(in_turn({last}));
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(kind_of(post(origin.url())), "answered 200");
  EXPECT_EQ(origin.connections(), 3);
  EXPECT_EQ(reused(), 0);
}

TEST_F(RepeatTest, AConnectionThatWasIdleForLongIsNotUsed) {
  HttpsOrigin origin(in_turn({status(200)}));
  EXPECT_TRUE(post(origin.url()).ok());
  clock_.forward(options_.idle_limit_ms - 1'000);
  EXPECT_TRUE(post(origin.url()).ok());
  EXPECT_EQ(origin.connections(), 1);
  clock_.forward(options_.idle_limit_ms);
  EXPECT_TRUE(post(origin.url()).ok());
  EXPECT_EQ(origin.connections(), 2);
  EXPECT_TRUE(origin.wait_open_connections(1));
}

TEST_F(RepeatTest, OldConnectionsAreEndedWithoutANewCall) {
  HttpsOrigin origin(in_turn({status(200)}), good_certificate());
  EXPECT_TRUE(post(origin.url()).ok());
  client().drop_idle();
  EXPECT_EQ(origin.open_connections(), 1);
  clock_.forward(options_.idle_limit_ms);
  client().drop_idle();
  EXPECT_TRUE(origin.wait_open_connections(0));
}

TEST_F(RepeatTest, AConnectionThatTheServerHasEndedIsNotUsed) {
  HttpsOrigin origin(in_turn({status(200)}));
  EXPECT_TRUE(post(origin.url()).ok());
  origin.close_connections();
  ASSERT_TRUE(origin.wait_open_connections(0));
  EXPECT_EQ(kind_of(post(origin.url())), "answered 200");
  EXPECT_EQ(origin.connections(), 2);
}

// Between the look at a kept connection and the request on it, the server can still end it.
TEST_F(RepeatTest, ARepeatableRequestThatMetTheEndOfAKeptConnectionGoesOnANewOne) {
  HttpsOrigin origin(in_turn({status(200), no_answer(), status(200)}), good_certificate());
  EXPECT_EQ(kind_of(get(origin.url())), "answered 200");
  EXPECT_EQ(kind_of(get(origin.url())), "answered 200");
  EXPECT_EQ(origin.requests(), 3);
  EXPECT_EQ(origin.connections(), 2);
  EXPECT_EQ(retries(), 0);
}

TEST_F(RepeatTest, AnyOtherRequestThatMetItIsNotSentAgain) {
  HttpsOrigin origin(in_turn({status(200), no_answer(), status(200)}));
  EXPECT_EQ(kind_of(post(origin.url())), "answered 200");
  EXPECT_EQ(end_of(post(origin.url())), "unavailable");
  EXPECT_EQ(origin.requests(), 2);
}

TEST_F(RepeatTest, ARepeatableRequestIsSentThreeTimesAtMost) {
  HttpsOrigin origin(in_turn({status(502), status(503), status(200)}));
  FetchHttp request = request_to(HttpVerb::Post, origin.url());
  request.repeatable = true;
  EXPECT_EQ(kind_of(fetch(request)), "answered 200");
  EXPECT_EQ(origin.requests(), 3);
  EXPECT_EQ(retries(), 2);

  turn_ = 0;
  HttpsOrigin down(in_turn({status(504)}));
  EXPECT_EQ(kind_of(get(down.url())), "answered 504");
  EXPECT_EQ(down.requests(), 3);
}

TEST_F(RepeatTest, ABrokenConnectionIsAReasonToRepeatWhatIsRepeatable) {
  HttpsOrigin origin(in_turn({no_answer(), no_answer(), status(200)}));
  EXPECT_EQ(kind_of(get(origin.url())), "answered 200");
  EXPECT_EQ(origin.requests(), 3);
}

TEST_F(RepeatTest, AnyOtherRequestIsSentOnceWhateverTheAnswer) {
  for (const OriginReply& reply : {status(502), status(503), status(504), status(500), no_answer()}) {
    HttpsOrigin origin(in_turn({reply}));
    EXPECT_NE(kind_of(post(origin.url())), "answered 200");
    EXPECT_EQ(origin.requests(), 1);
  }
}

TEST_F(RepeatTest, OtherAnswersAreNoReasonToRepeat) {
  for (const int code : {200, 301, 400, 404, 429, 500, 501}) {
    HttpsOrigin origin(in_turn({status(code)}));
    EXPECT_EQ(kind_of(get(origin.url())), "answered " + std::to_string(code));
    EXPECT_EQ(origin.requests(), 1);
  }
}

TEST_F(RepeatTest, AServerThatNamesATimeIsGivenIt) {
  HttpsOrigin soon(in_turn({status(503, {{"Retry-After", "1"}}), status(200)}));
  const std::int64_t began_ms = now_ms();
  EXPECT_EQ(kind_of(get(soon.url())), "answered 200");
  EXPECT_GE(now_ms() - began_ms, 1'000);

  turn_ = 0;
  HttpsOrigin later(in_turn({status(503, {{"Retry-After", "60"}}), status(200)}));
  EXPECT_EQ(kind_of(get(later.url())), "answered 503");
  EXPECT_EQ(later.requests(), 1);
}

TEST_F(RepeatTest, NothingIsRepeatedPastTheDeadline) {
  options_.first_pause_ms = 60'000;
  HttpsOrigin origin(in_turn({status(503)}));
  EXPECT_EQ(kind_of(get(origin.url())), "answered 503");
  EXPECT_EQ(origin.requests(), 1);
}

TEST_F(RepeatTest, NoConnectionIsAReasonToRepeat) {
  const std::string nobody = "http://127.0.0.1:" + std::to_string(closed_port());
  EXPECT_EQ(end_of(get(nobody)), "unavailable");
  EXPECT_EQ(retries(), 2);
  EXPECT_EQ(end_of(post(nobody)), "unavailable");
  EXPECT_EQ(retries(), 2);
}

TEST_F(RepeatTest, EachAddressOfANameIsTriedInTurn) {
  HttpsOrigin origin(in_turn({status(200)}), authority().issue("DNS:twofold.example"));
  int lookups = 0;
  options_.lookup = [&](const std::string& host) -> Result<std::vector<std::string>> {
    ++lookups;
    if (host != "twofold.example") return unavailable("no such name");
    return std::vector<std::string>{"127.0.0.2", "127.0.0.1"};  // nobody listens on the first
  };
  EXPECT_EQ(kind_of(post(origin.url("/", "twofold.example"))), "answered 200");
  origin.close_connections();
  ASSERT_TRUE(origin.wait_open_connections(0));
  EXPECT_EQ(kind_of(post(origin.url("/", "twofold.example"))), "answered 200");
  EXPECT_EQ(origin.connections(), 2);
  EXPECT_EQ(lookups, 1);  // what was found is kept for a while …
  clock_.forward(options_.name_cache_ms);
  EXPECT_EQ(kind_of(post(origin.url("/", "twofold.example"))), "answered 200");
  EXPECT_EQ(lookups, 2);  // … and no longer
  EXPECT_EQ(end_of(post("http://unknown.example/")), "unavailable");
  end_client();
}

}  // namespace
}  // namespace gateway::testing
