// Rows of the README's table about framing: what is lax elsewhere is refused here, over a real socket, and
// nothing that follows a refused request is ever taken for another one.
#include "tests/integration/server/server_fixture.hpp"

namespace gateway::server {
namespace {

using namespace std::string_literals;
using testing::RawClient;

class Framing : public ServerFixture {};

// One refused request, with a second one smuggled behind it.
void expect_refused(std::uint16_t port, const std::string& bytes, int status) {
  RawClient client(port);
  client.send(bytes + get("/smuggled"));
  const auto response = client.read_response();
  ASSERT_TRUE(response.has_value()) << bytes;
  EXPECT_EQ(response->status, status) << bytes;
  EXPECT_EQ(response->header("Connection"), "close") << bytes;
  EXPECT_EQ(response->header("X-Request-Id").size(), 32U) << bytes;
  EXPECT_NE(response->body.find(response->header("X-Request-Id")), std::string::npos) << bytes;
  client.finish_sending();
  EXPECT_EQ(client.read_to_end(), "") << bytes;  // closed in order, and nothing more was said
}

TEST_F(Framing, check_30_NothingFollowsARefusedRequest) {
  start();
  const std::string host = "POST /x HTTP/1.1\r\nHost: x\r\n";
  const std::vector<std::pair<int, std::string>> requests = {
      {400, host + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
      {400, host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {400, host + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
      {400, host + "Content-Length: +5\r\n\r\nhello"},
      {400, host + "Content-Length: 5abc\r\n\r\nhello"},
      {400, host + "Content-Length: 5, 5\r\n\r\nhello"},
      {501, host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
      {400, host + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"},
      {400, "POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {400, "GET /x HTTP/1.1\nHost: x\n\n"},
      {400, "GET /x HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n"},
      {400, "GET /x HTTP/1.1\r\nHost: x\rX-A: b\r\n\r\n"},
      {400, "GET /x HTTP/1.1\r\nHost: x\r\nX-A: b\r\n folded\r\n\r\n"},
      {400, "GET /x HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n\r\n"s},
      {400, "GET /x HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n"},
      {400, "GET /x HTTP/1.1\r\nHost: x\r\nX A: b\r\n\r\n"},
      {400, "GET /x HTTP/1.1\r\nHost: x\r\nX-A : b\r\n\r\n"},
      {400, "GET /x HTTP/1.1\r\n\r\n"},
      {400, "GET /x HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"},
      {400, "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n"},
      {400, "CONNECT / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET * HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /a/../b HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /%2e%2e/b HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /a%2fb HTTP/1.1\r\nHost: x\r\n\r\n"},
      {505, "GET /x HTTP/2.0\r\nHost: x\r\n\r\n"},
      {417, host + "Expect: a-miracle\r\nContent-Length: 5\r\n\r\nhello"},
  };
  for (const auto& [status, bytes] : requests)
    expect_refused(port(), bytes, status);
  EXPECT_TRUE(application_.handled().empty());
  EXPECT_EQ(stat(&ServerStats::framing_errors), requests.size());
}

// check 18: two Authorization fields never reach anybody
TEST_F(Framing, check_18_DuplicateAuthorizationIsRefused) {
  start();
  expect_refused(port(),
                 "GET /x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n",
                 400);
  EXPECT_TRUE(application_.handled().empty());
}

TEST_F(Framing, check_30_SmugglingAfter413) {
  start();
  const std::string body = get("/smuggled") + std::string(options_.max_body_bytes, 'x');
  RawClient client(port());
  client.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
  client.send(body);
  client.send(get("/smuggled-too"));
  const auto response = client.read_response();
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 413);
  EXPECT_EQ(response->body.substr(0, 22), "413 PAYLOAD_TOO_LARGE ");
  EXPECT_EQ(response->header("Connection"), "close");
  client.finish_sending();
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(application_.handled().empty());
}

TEST_F(Framing, check_30_OversizeHead) {
  start();
  expect_refused(port(), "GET /x HTTP/1.1\r\nHost: x\r\nX-A: " + std::string(16 * 1024, 'a') + "\r\n\r\n",
                 431);
  expect_refused(port(), "GET /" + std::string(16 * 1024, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414);
}

TEST_F(Framing, SixteenThousandSlashes) {
  start();
  const auto response = testing::exchange_once(port(), get(std::string(16'000, '/')));
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 400);
  EXPECT_EQ(testing::exchange_once(port(), get("/id?still-here"))->body, "id=still-here");
}

TEST_F(Framing, ChunkedBodySplitAtEveryByte) {
  start();
  RawClient bystander = client();
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n "
      "world\r\n0\r\nT: t\r\n\r\n";
  for (std::size_t split = 1; split < request.size(); ++split) {
    RawClient writer = client();
    ASSERT_TRUE(writer.send(request.substr(0, split)));
    // The half request is with the server, and its one I/O thread still serves others.
    ASSERT_TRUE(bystander.send(get("/id?b")));
    ASSERT_EQ(bystander.read_response()->body, "id=b");
    ASSERT_TRUE(writer.send(request.substr(split)));
    const auto response = writer.read_response();
    ASSERT_TRUE(response.has_value()) << split;
    EXPECT_EQ(response->status, 200);
    EXPECT_NE(response->body.find("body=hello world"), std::string::npos) << split;
  }
}

TEST_F(Framing, DrippedHeadsAreAnswered) {
  start();
  RawClient client(port());
  for (const char c : get("/id?dripped", "X-A: " + std::string(1000, 'a') + "\r\n"))
    ASSERT_TRUE(client.send({&c, 1}));
  EXPECT_EQ(client.read_response()->body, "id=dripped");
}

}  // namespace
}  // namespace gateway::server
