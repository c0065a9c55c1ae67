#include "core/net/response_parser.hpp"

#include <gtest/gtest.h>

namespace gateway::net {
namespace {

constexpr AnswerLimits kLimits{1'000, 10, 100};

// "200 body", or the fault; read in pieces of `step` bytes, then to the end of the connection.
std::string read(const std::string& bytes, std::size_t step = 4096) {
  ResponseParser parser(kLimits);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const auto whole = parser.take(std::string_view(bytes).substr(at, step));
    if (!whole) return whole.error().fault == Fault::Garbage ? "garbage" : "unusable";
    if (!*whole) continue;
    const std::string after = parser.keeps_connection() ? " keeps" : "";
    const FetchedHttp answer = std::move(parser).answer();
    return std::to_string(answer.status) + " " + std::string(answer.body.reveal()) + after;
  }
  if (!parser.end()) return "cut off";
  const FetchedHttp answer = std::move(parser).answer();
  return std::to_string(answer.status) + " " + std::string(answer.body.reveal()) + " to the end";
}

TEST(ResponseParser, ReadsWhatIsSoundHoweverItArrives) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", "200 body keeps"},
      {"HTTP/1.1 200\r\ncontent-length:4 \r\n\r\nbody", "200 body keeps"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: x, Close\r\n\r\nbody", "200 body"},
      {"HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nbody", "200 body"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nbody", "200 body keeps"},
      {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404  keeps"},
      {"HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n", "204  keeps"},
      {"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", "304  keeps"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nbo\r\n002;a=b\r\ndy\r\n0\r\nX: y\r\n\r\n",
       "200 body keeps"},
      {"HTTP/1.1 200 OK\r\n\r\nbody", "200 body to the end"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
       "1\r\n\r\nx",
       "200 x keeps"},
  };
  for (const auto& [bytes, expected] : cases) {
    EXPECT_EQ(read(bytes), expected) << bytes;
    EXPECT_EQ(read(bytes, 1), expected) << bytes;
    EXPECT_EQ(read(bytes, 3), expected) << bytes;
  }
}

TEST(ResponseParser, RefusesWhatCanBeReadInTwoWays) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  for (const std::string rest : {
           "Content-Length: 3\r\nContent-Length: 5\r\n\r\nhello",
           "Content-Length: 3, 3\r\n\r\nabc",
           "Content-Length: +3\r\n\r\nabc",
           "Content-Length: -3\r\n\r\nabc",
           "Content-Length: 0x3\r\n\r\nabc",
           "Content-Length: 99999999999999999999\r\n\r\nabc",
           "Content-Length:\r\n\r\nabc",
           "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "Transfer-Encoding: identity\r\n\r\n",
           "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
           "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
           "Transfer-Encoding: chunked\r\n\r\nx\r\n",
           "Transfer-Encoding: chunked\r\n\r\n100000000\r\n",
           "X-Folded: a\r\n b\r\n\r\n",
           "X-Space : a\r\n\r\n",
           ": a\r\n\r\n",
           "X: a\rb\r\n\r\n",
           "X: a\n\r\n",
       })
    EXPECT_EQ(read(head + rest), "garbage") << rest;
}

TEST(ResponseParser, SeesWhereAnAnswerIsCutOff) {
  const std::string fixed = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n";
  for (const std::string& whole : {fixed, chunked}) {
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_EQ(read(whole.substr(0, size)), "cut off") << size;
    EXPECT_EQ(read(whole), "200 body keeps");
  }
}

TEST(ResponseParser, HasBounds) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::string body(100, 'x');
  EXPECT_EQ(read(head + "Content-Length: 100\r\n\r\n" + body), "200 " + body + " keeps");
  EXPECT_EQ(read(head + "Content-Length: 101\r\n\r\n"), "unusable");
  EXPECT_EQ(read(head + "\r\n" + body + "x"), "unusable");
  EXPECT_EQ(read(head + "Transfer-Encoding: chunked\r\n\r\n64\r\n" + body + "\r\n1\r\n"), "unusable");
  EXPECT_EQ(read(head + "X: " + std::string(1'000, 'x')), "unusable");
  EXPECT_EQ(read(head + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(1'000, 'x')), "unusable");
  EXPECT_EQ(read(head + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(1'000, 'x')), "unusable");
  std::string fields;
  for (int i = 0; i < 11; ++i)
    fields += "X: y\r\n";
  EXPECT_EQ(read(head + fields + "\r\n"), "unusable");
}

TEST(ResponseParser, BytesBehindTheAnswerEndTheConnection) {
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbodyHTTP/1.1 200 OK\r\n"), "200 body");
}

TEST(ResponseParser, TextIsUtf8) {
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xc3\xab"), "200 \xc3\xab keeps");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xc3x"), "unusable");
  ResponseParser parser(kLimits);
  ASSERT_TRUE(*parser.take("HTTP/1.1 204 x\r\nX-A: \xff\r\nX-B: b\r\n\r\n"));
  const FetchedHttp answer = std::move(parser).answer();
  ASSERT_EQ(answer.headers.size(), 1U);
  EXPECT_EQ(answer.headers[0].name, "x-b");
}

}  // namespace
}  // namespace gateway::net
