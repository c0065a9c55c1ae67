// What is sent and what comes back, over plain connections and TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/net/http_get.hpp"
#include "tests/integration/net/net_fixture.hpp"

namespace gateway::testing {
namespace {

using ::testing::StartsWith;

class ExchangeTest : public NetFixture {
 protected:
  static OriginReply echo(const OriginRequest& request) {
    std::string text = request.method + " " + request.target + "\n";
    for (const auto& [name, value] : request.headers)
      text.append(name).append(": ").append(value).append("\n");
    return {201, {{"X-Reply", "yes"}, {"Content-Type", "text/plain"}}, text + "\n" + request.body};
  }
  static OriginReply raw(const std::string& bytes) {
    OriginReply reply{200, {}, bytes};
    reply.fault = OriginFault::Raw;
    return reply;
  }
};

TEST_F(ExchangeTest, ARequestArrivesAsItWasMadeAndItsAnswerTooOverTls) {
  HttpsOrigin origin(&echo, good_certificate());
  FetchHttp request = request_to(HttpVerb::Post, origin.url("/v1/accounts?alt=json", "localhost"));
  request.headers = {{"X-Goog-Api-Key", Secret("k")}, {"Content-Type", Secret("application/json")}};
  request.body = Secret("{\"name\":\"Zo\xc3\xab\"}");
  const auto reply = fetch(request);
  ASSERT_TRUE(reply.ok()) << kind_of(reply);
  EXPECT_EQ(reply->status, 201);
  EXPECT_EQ(reply->body.reveal(),
            "POST /v1/accounts?alt=json\nHost: localhost:" + std::to_string(origin.port()) +
                "\nX-Goog-Api-Key: k\nContent-Type: application/json\nUser-Agent: "
                "identity-gateway\nAccept-Encoding: identity\nContent-Length: 15\n\n"
                "{\"name\":\"Zo\xc3\xab\"}");
  ASSERT_FALSE(reply->headers.empty());
  EXPECT_EQ(reply->headers[0].name, "x-reply");
  EXPECT_EQ(reply->headers[0].value.reveal(), "yes");
}

TEST_F(ExchangeTest, EveryVerbIsSent) {
  HttpsOrigin origin(&echo);
  for (const auto& verb : enum_names(HttpVerb{})) {
    const auto reply = fetch(request_to(verb.value, origin.url("/x")));
    ASSERT_TRUE(reply.ok()) << kind_of(reply);
    EXPECT_THAT(std::string(reply->body.reveal()), StartsWith(std::string(verb.name) + " /x\n"));
  }
}

TEST_F(ExchangeTest, RedirectsAndRefusalsAreAnswersLikeAnyOther) {
  int status = 0;
  HttpsOrigin origin([&](const OriginRequest&) {
    return OriginReply{status, {{"Location", "http://127.0.0.1:1/elsewhere"}}, "why"};
  });
  for (status = 300; status < 600; status += 7) {
    const auto reply = post(origin.url());
    ASSERT_TRUE(reply.ok()) << status << " " << kind_of(reply);
    EXPECT_EQ(reply->status, status == 304 ? 304 : status);
    EXPECT_EQ(reply->body.reveal(), "why");
  }
}

TEST_F(ExchangeTest, EveryWayToSendABodyIsRead) {
  const std::string large(500'000, 'x');
  OriginReply next;
  HttpsOrigin origin([&](const OriginRequest&) { return next; }, good_certificate());
  next = {200, {}, large};
  EXPECT_EQ(get(origin.url())->body.reveal(), large);
  next.chunked = true;
  EXPECT_EQ(get(origin.url())->body.reveal(), large);
  next = raw("HTTP/1.1 200 OK\r\n\r\nto the end");
  EXPECT_EQ(get(origin.url())->body.reveal(), "to the end");
  next = raw("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold");
  EXPECT_EQ(get(origin.url())->body.reveal(), "old");
  next = raw("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
  const auto none = get(origin.url());
  ASSERT_TRUE(none.ok()) << kind_of(none);
  EXPECT_EQ(none->status, 204);
  EXPECT_TRUE(none->headers.empty());
}

TEST_F(ExchangeTest, WhatMayNotBeAskedIsRefusedBeforeAnythingIsSent) {
  HttpsOrigin origin(&echo);
  FetchHttp request = request_to(HttpVerb::Get, origin.url());
  request.headers = {{"X-Split", Secret("a\r\nHost: other")}};
  EXPECT_EQ(end_of(fetch(request)), "invalid");
  EXPECT_EQ(end_of(get("ftp://localhost/")), "invalid");
  EXPECT_EQ(origin.connections(), 0);
}

TEST_F(ExchangeTest, TheHealthCheckAsksOverPlainHttpAlone) {
  HttpsOrigin origin([](const OriginRequest&) { return OriginReply{200, {}, "alive"}; });
  const auto alive = net::http_get(origin.url("/live"), std::chrono::seconds(5));
  ASSERT_TRUE(alive.ok()) << alive.error().detail;
  EXPECT_EQ(alive->status, 200);
  EXPECT_EQ(alive->body, "alive");
  EXPECT_EQ(end_of(net::http_get("https://127.0.0.1/", std::chrono::seconds(1))), "invalid");
  const std::string nobody = "http://127.0.0.1:" + std::to_string(closed_port());
  EXPECT_EQ(end_of(net::http_get(nobody, std::chrono::seconds(1))), "unavailable");
}

}  // namespace
}  // namespace gateway::testing
