// Answers that are not taken: beyond a bound, not HTTP, cut off.
#include <gtest/gtest.h>

#include "tests/integration/net/net_fixture.hpp"

namespace gateway::testing {
namespace {

class AnswerBoundsTest : public NetFixture {
 protected:
  Result<FetchedHttp> ask(OriginReply reply, std::int64_t max_body_bytes = 1 << 20, bool tls = false) {
    OriginOptions options;
    if (tls) options.certificate = good_certificate();
    HttpsOrigin origin([&](const OriginRequest&) { return reply; }, options);
    FetchHttp request = request_to(HttpVerb::Post, origin.url());
    request.max_body_bytes = max_body_bytes;
    auto result = fetch(request);
    EXPECT_EQ(origin.requests(), 1);
    return result;
  }
  static OriginReply raw(const std::string& bytes) {
    OriginReply reply{200, {}, bytes};
    reply.fault = OriginFault::Raw;
    return reply;
  }
};

TEST_F(AnswerBoundsTest, ABodyIsAtMostAsLargeAsTheCallerWants) {
  OriginReply reply{200, {}, std::string(1000, 'x')};
  EXPECT_EQ(kind_of(ask(reply, 1000)), "answered 200");
  EXPECT_EQ(end_of(ask(reply, 999)), "malformed");
  reply.chunked = true;
  EXPECT_EQ(kind_of(ask(reply, 1000)), "answered 200");
  EXPECT_EQ(end_of(ask(reply, 999)), "malformed");
  const std::string to_end = "HTTP/1.1 200 OK\r\n\r\n" + std::string(1000, 'x');
  EXPECT_EQ(kind_of(ask(raw(to_end), 1000)), "answered 200");
  EXPECT_EQ(end_of(ask(raw(to_end), 999)), "malformed");
}

TEST_F(AnswerBoundsTest, NobodyCanAskForMoreThanTheClientsBound) {
  EXPECT_EQ(kind_of(ask({200, {}, std::string(8U << 20, 'x')}, 1LL << 40)), "answered 200");
  EXPECT_EQ(end_of(ask({200, {}, std::string((8U << 20) + 1, 'x')}, 1LL << 40)), "malformed");
}

TEST_F(AnswerBoundsTest, AHeadIsBounded) {
  EXPECT_EQ(end_of(ask({200, {{"X-Long", std::string(40'000, 'x')}}, ""})), "malformed");
  OriginReply many;
  for (int i = 0; i < 101; ++i)
    many.headers.emplace_back("X-" + std::to_string(i), "x");
  EXPECT_EQ(end_of(ask(many)), "malformed");
  std::string interim;
  while (interim.size() < 40'000)
    interim += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(end_of(ask(raw(interim))), "malformed");
}

TEST_F(AnswerBoundsTest, ABodyThatIsNotUtf8OrEncodedIsNotTaken) {
  EXPECT_EQ(end_of(ask({200, {}, "\xff\xfe"})), "malformed");
  EXPECT_EQ(end_of(ask({200, {{"Content-Encoding", "gzip"}}, "x"})), "malformed");
}

TEST_F(AnswerBoundsTest, GarbageIsNotTaken) {
  for (const std::string answer :
       {"SSH-2.0-OpenSSH\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"}) {
    const auto reply = ask(raw(answer));
    EXPECT_EQ(end_of(reply), "malformed") << answer;
  }
}

// Poco's own HTTP sessions take both for whole answers.
TEST_F(AnswerBoundsTest, ABodyThatIsCutOffIsNotTaken) {
  for (const bool tls : {false, true}) {
    for (const bool chunked : {false, true}) {
      OriginReply reply{200, {}, std::string(5000, 'x')};
      reply.fault = OriginFault::CloseMidBody;
      reply.chunked = chunked;
      const auto cut = ask(reply, 1 << 20, tls);
      EXPECT_EQ(end_of(cut), "unavailable") << tls << chunked;
    }
  }
}

TEST_F(AnswerBoundsTest, AConnectionThatEndsWithoutAnAnswerIsNoAnswer) {
  OriginReply reply;
  reply.fault = OriginFault::CloseWithoutAnswer;
  EXPECT_EQ(end_of(ask(reply)), "unavailable");
  EXPECT_EQ(end_of(ask(reply, 1000, true)), "unavailable");
}

// Whoever can cut a TLS connection cannot shorten an answer whose end is that of the connection.
TEST_F(AnswerBoundsTest, AnEndThatTlsDoesNotConfirmIsNotTheEnd) {
  OriginReply reply = raw("HTTP/1.1 200 OK\r\n\r\nthe first part");
  EXPECT_EQ(kind_of(ask(reply, 1000, true)), "answered 200");
  reply.close_silently = true;
  EXPECT_EQ(end_of(ask(reply, 1000, true)), "unavailable");
}

}  // namespace
}  // namespace gateway::testing
