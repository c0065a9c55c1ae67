#include "core/server/response_writer.hpp"

#include <gtest/gtest.h>

namespace gateway::server {
namespace {

using namespace std::string_view_literals;

const ResponseFrame kFrame{"id-1", ConnectionField::None, 784111777, false};

std::string written(const http::Response& response, const ResponseFrame& frame = kFrame) {
  std::string out;
  return ResponseWriter().write(response, frame, out) ? out : "refused";
}

TEST(ResponseWriter, WritesHandlersFieldsThenItsOwn) {
  http::Response response;
  response.status = 401;
  response.add("WWW-Authenticate", "Bearer");
  response.add("Set-Cookie", "a=1");
  response.add("Set-Cookie", "b=2");
  response.body = "{}";
  EXPECT_EQ(written(response),
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
            "X-Request-Id: id-1\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(ResponseWriter, ConnectionIsTheServers) {
  ResponseFrame frame = kFrame;
  EXPECT_EQ(written({}, frame).find("Connection"), std::string::npos);
  frame.connection = ConnectionField::Close;
  EXPECT_NE(written({}, frame).find("\r\nConnection: close\r\n"), std::string::npos);
  frame.connection = ConnectionField::KeepAlive;
  EXPECT_NE(written({}, frame).find("\r\nConnection: keep-alive\r\n"), std::string::npos);
}

TEST(ResponseWriter, HeadHasTheLengthButNotTheBody) {
  http::Response response;
  response.body = "hello";
  ResponseFrame frame = kFrame;
  frame.head_only = true;
  const std::string out = written(response, frame);
  EXPECT_NE(out.find("\r\nContent-Length: 5\r\n"), std::string::npos);
  EXPECT_EQ(out.substr(out.size() - 4), "\r\n\r\n");
}

TEST(ResponseWriter, NoContentAndNotModifiedHaveNoBody) {
  for (const int status : {204, 304}) {
    http::Response response;
    response.status = status;
    response.body = "hello";
    const std::string out = written(response);
    EXPECT_EQ(out.find("Content-Length"), std::string::npos) << status;
    EXPECT_EQ(out.find("hello"), std::string::npos) << status;
  }
}

TEST(ResponseWriter, UnknownStatusHasAnEmptyReason) {
  http::Response response;
  response.status = 299;
  EXPECT_EQ(written(response).substr(0, 15), "HTTP/1.1 299 \r\n");
}

// check 34: nothing a handler writes can end a field or begin another response
TEST(ResponseWriter, check_34_RefusesResponsesThatWouldBreakTheFraming) {
  const auto with = [](std::string_view name, std::string_view value) {
    http::Response response;
    response.body = "body";
    response.add(name, value);
    return written(response);
  };
  for (const std::string_view value :
       {"a\r\nSet-Cookie: x=1"sv, "a\rb"sv, "a\nb"sv, "a\0b"sv, "\x1b[31m"sv, "a\x7f"sv, "\x01"sv}) {
    EXPECT_EQ(with("X-A", value), "refused");
  }
  for (const std::string_view name :
       {""sv, "X A"sv, "X:A"sv, "X-A\r\n"sv, "X\0A"sv, "X-\xc3\xa9"sv, "(X)"sv}) {
    EXPECT_EQ(with(name, "a"), "refused");
  }
  for (const std::string_view name :
       {"Content-Length"sv, "content-length"sv, "Transfer-Encoding"sv, "Connection"sv, "Date"sv,
        "Keep-Alive"sv, "X-Request-Id"sv, "Trailer"sv, "Upgrade"sv}) {
    EXPECT_EQ(with(name, "1"), "refused") << name;
  }
  for (const int status : {0, -1, 99, 100, 101, 199, 600, 1000}) {
    http::Response response;
    response.status = status;
    EXPECT_EQ(written(response), "refused") << status;
  }
  EXPECT_NE(with("X-A", "caf\xc3\xa9\tx"), "refused");
}

TEST(ResponseWriter, check_34_EveryByteIsLookedAtWhereverItStands) {
  for (int c = 0; c < 256; ++c) {
    for (std::size_t size = 1; size <= 25; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string value(size, at % 2 == 0 ? 'x' : '\x80');
        value[at] = static_cast<char>(c);
        http::Response response;
        response.add("X-A", value);
        const bool may_be_sent = (c >= 0x20 && c != 0x7f) || c == '\t';
        ASSERT_EQ(written(response) != "refused", may_be_sent) << c << " at " << at << " of " << size;
      }
    }
  }
}

TEST(ResponseWriter, ARefusalLeavesTheOutputAsItWas) {
  std::string out = "before";
  http::Response response;
  response.add("X-A", "\n");
  EXPECT_FALSE(ResponseWriter().write(response, kFrame, out));
  EXPECT_EQ(out, "before");
}

}  // namespace
}  // namespace gateway::server
