// What RFC 9110 and 9112 want of a well-behaved exchange: persistence, pipelining, HEAD, 100-continue,
// request ids.
#include "tests/integration/server/server_fixture.hpp"

namespace gateway::server {
namespace {

using testing::RawClient;

class Semantics : public ServerFixture {};

TEST_F(Semantics, ConnectionsPersistWithoutSayingSo) {
  start();
  RawClient client(port());
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(client.send(get("/id?" + std::to_string(i))));
    const auto response = client.read_response();
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->body, "id=" + std::to_string(i));
    EXPECT_EQ(response->header("Connection"), "");
    EXPECT_EQ(response->header("Content-Length"), "4");
    EXPECT_EQ(response->header("Date").size(), 29U);
  }
  EXPECT_EQ(stat(&ServerStats::connections_accepted), 1U);
  EXPECT_EQ(stat(&ServerStats::requests), 5U);
}

TEST_F(Semantics, ConnectionCloseIsHonoured) {
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send(get("/id?1", "Connection: close\r\n") + get("/id?2")));
  EXPECT_EQ(client.read_response()->header("Connection"), "close");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(application_.handled(), std::vector<std::string>{"/id?1"});
}

TEST_F(Semantics, Http10ClosesUnlessAskedToPersist) {
  start();
  RawClient once(port());
  ASSERT_TRUE(once.send("GET /id?1 HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(once.read_response()->header("Connection"), "close");
  EXPECT_EQ(once.read_to_end(), "");

  RawClient kept(port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(kept.send("GET /id?1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    EXPECT_EQ(kept.read_response()->header("Connection"), "keep-alive");
  }
}

TEST_F(Semantics, PipelinedRequestsAreAnsweredInOrder) {
  start();
  RawClient client(port());
  std::string requests;
  for (int i = 0; i < 200; ++i)
    requests += get((i % 3 == 0 ? "/async?" : "/id?") + std::to_string(i));
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 200; ++i) {
    const auto response = client.read_response();
    ASSERT_TRUE(response.has_value()) << i;
    EXPECT_EQ(response->body, "id=" + std::to_string(i));
  }
}

TEST_F(Semantics, MorePipelinedBytesThanTheBoundWaitInTheSocket) {
  options_.max_pipelined_bytes = 1024;
  start();
  RawClient client(port());
  std::string requests = get("/hold?0");
  for (int i = 1; i < 300; ++i)
    requests += get("/id?" + std::to_string(i), "X-Padding: " + std::string(500, 'p') + "\r\n");
  ASSERT_TRUE(client.send(get("/id?first")));
  ASSERT_EQ(client.read_response()->body, "id=first");
  ASSERT_TRUE(client.send(requests));
  ASSERT_TRUE(application_.wait_held(1));
  application_.answer(application_.take_held());
  for (int i = 0; i < 300; ++i) {
    const auto response = client.read_response();
    ASSERT_TRUE(response.has_value()) << i;
    EXPECT_EQ(response->body, "id=" + std::to_string(i));
  }
}

TEST_F(Semantics, HeadHasNoBody) {
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send("HEAD /id?x HTTP/1.1\r\nHost: x\r\n\r\n" + get("/id?next")));
  const auto head = client.read_response(true);
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->header("Content-Length"), "4");
  EXPECT_EQ(client.read_response()->body, "id=next");

  // Also where the server answers by itself.
  RawClient refused(port());
  ASSERT_TRUE(refused.send("HEAD /../ HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(refused.read_response(true)->status, 400);
  EXPECT_EQ(refused.read_to_end(), "");
}

TEST_F(Semantics, NoContentHasNoLength) {
  start();
  RawClient client(port());
  ASSERT_TRUE(client.send(get("/no-content") + get("/id?next")));
  const auto response = client.read_response();
  EXPECT_EQ(response->status, 204);
  EXPECT_EQ(response->header("Content-Length"), "");
  EXPECT_EQ(client.read_response()->body, "id=next");
}

TEST_F(Semantics, ContinueIsSentWhenTheBodyIsAwaited) {
  start();
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
  RawClient waits(port());
  ASSERT_TRUE(waits.send(head));
  EXPECT_EQ(waits.read_response()->status, 100);
  ASSERT_TRUE(waits.send("hello"));
  EXPECT_NE(waits.read_response()->body.find("body=hello"), std::string::npos);

  RawClient does_not_wait(port());
  ASSERT_TRUE(does_not_wait.send(head + "hello"));
  EXPECT_EQ(does_not_wait.read_response()->status, 200);

  RawClient too_large(port());
  ASSERT_TRUE(too_large.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n"));
  EXPECT_EQ(too_large.read_response()->status, 413);
}

TEST_F(Semantics, RequestIdsAreKeptOrMade) {
  start();
  RawClient client(port());
  const auto id_for = [&](std::string_view fields) {
    EXPECT_TRUE(client.send(get("/echo", fields)));
    const auto response = client.read_response();
    EXPECT_NE(response->body.find("id=" + response->header("X-Request-Id") + " "), std::string::npos);
    return response->header("X-Request-Id");
  };
  EXPECT_EQ(id_for("X-Request-Id: my-id.1\r\n"), "my-id.1");
  EXPECT_EQ(id_for("").size(), 32U);
  EXPECT_EQ(id_for("X-Request-Id: no good\r\n").size(), 32U);
  EXPECT_EQ(id_for("X-Request-Id: a\r\nX-Request-Id: b\r\n").size(), 32U);
  EXPECT_EQ(id_for("X-Request-Id: " + std::string(129, 'a') + "\r\n").size(), 32U);
  EXPECT_NE(id_for(""), id_for(""));
  // A refused request keeps the client's id too.
  ASSERT_TRUE(client.send("GET /.. HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n\r\n"));
  EXPECT_EQ(client.read_response()->header("X-Request-Id"), "mine");
}

TEST_F(Semantics, AnyMethodIsHandedOver) {
  start();
  RawClient client(port());
  for (const std::string method : {"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "x-own"}) {
    ASSERT_TRUE(client.send(method + " /echo HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_EQ(client.read_response()->body.substr(0, method.size() + 6), method + " /echo");
  }
  ASSERT_TRUE(client.send("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_EQ(client.read_response()->status, 200);
}

// What a field means is its reader's business; nothing but framing is judged before the application has it.
TEST_F(Semantics, OddFieldValuesReachTheApplication) {
  start();
  const std::string odd =
      "Content-Type: ///\r\nAccept: \xff;q=x\r\nDate: never\r\nAuthorization: \xc3\x28\r\nCookie: ;;;=\r\n";
  EXPECT_EQ(testing::exchange_once(port(), get("/id?odd", odd))->body, "id=odd");
}

TEST_F(Semantics, check_29_ForwardedForIsBelievedFromTrustedNetworksOnly) {
  start();
  const std::string request = get("/echo", "X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\n");
  EXPECT_NE(testing::exchange_once(port(), request)->body.find("client=127.0.0.1 "), std::string::npos);

  ServerOptions trusting = options_;
  trusting.forwarding.networks.push_back(*http::IpNetwork::parse("127.0.0.0/8"));
  Server behind_proxy(trusting, application_);
  ASSERT_TRUE(behind_proxy.start().ok());
  EXPECT_NE(testing::exchange_once(behind_proxy.port(), request)->body.find("client=203.0.113.7 "),
            std::string::npos);
}

}  // namespace
}  // namespace gateway::server
