#include "core/server/request_parser.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gateway::server {
namespace {

using namespace std::string_literals;

constexpr FramingLimits kLimits{2048, 1000};

// Everything a request means, or the status of its refusal: two ways of feeding the same bytes must agree on
// all of it.
struct Reading {
  int status = 0;  // 0: accepted; -1: more bytes wanted
  std::string text;
  std::size_t consumed = 0;
  bool operator==(const Reading&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Reading& reading) {
  return out << reading.status << " after " << reading.consumed << ": " << reading.text;
}

Reading read_pieces(const std::vector<std::string>& pieces) {
  RequestParser parser(kLimits);
  Reading reading;
  for (const std::string& piece : pieces) {
    if (parser.state() == RequestParser::State::Complete || parser.state() == RequestParser::State::Failed)
      break;
    reading.consumed +=
        parser.feed(piece);  // each piece in memory of its own: views into it must not survive
  }
  if (parser.state() == RequestParser::State::Failed) return {parser.error().status, "", 0};
  if (parser.state() != RequestParser::State::Complete) return {-1, "", 0};
  const RequestHead& head = parser.head();
  reading.text = std::string(head.method) + ' ' + std::string(head.target) +
                 (head.http_1_0 ? " 1.0" : " 1.1") + (head.keep_alive ? " keep" : " close") +
                 (head.expects_continue ? " expect" : "") + " id=" + std::string(head.request_id);
  for (const http::HeaderField& field : head.fields) {
    reading.text += " [" + std::string(field.name) + "=" + std::string(field.value) + "]";
  }
  reading.text += " " + std::string(parser.body());
  return reading;
}

Reading read(const std::string& bytes) {
  return read_pieces({bytes});
}

std::string with_fields(const std::string& fields, const std::string& body = "") {
  return "POST /x HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}

const std::vector<std::string>& good_requests() {
  static const std::vector<std::string> all = {
      "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n",
      "GET / HTTP/1.0\r\n\r\n",
      "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
      "QUERY /a?b=c HTTP/1.1\r\nhost:x:80\r\nX-A:\t v w \t\r\nX-B:\r\nX-C: \r\nConnection: a , Close\r\n\r\n",
      with_fields("Content-Length: 5\r\n", "hello"),
      with_fields("Content-Length: 0\r\n"),
      with_fields("Content-Length: 007\r\n", "GET / H"),
      with_fields("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      with_fields("transfer-encoding: Chunked\r\n", "5\r\nhello\r\n00A\r\n0123456789\r\n0\r\n\r\n"),
      with_fields("Transfer-Encoding: chunked\r\nExpect: 100-Continue\r\n",
                  "3;a=b;c=\"d;\\\"e\"\r\n\r\n\r\r\n2 ; x\r\n\n\n\r\n000;last\r\nX-Trailer: t\r\nHost: "
                  "ignored\r\n\r\n"),
      with_fields("X-Request-Id: abc-1.2_3~\r\nAuthorization: Bearer x\r\n"),
      with_fields("X-Request-Id: a\r\nX-Request-Id: b\r\n"),
      with_fields("Host2: y\r\nX-Utf8: caf\xc3\xa9\r\n"),
  };
  return all;
}

struct Bad {
  int status;
  std::string bytes;
};

const std::vector<Bad>& bad_requests() {
  static const std::vector<Bad> all = {
      // request line
      {400, "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, " GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET / HTTP/1.1 \r\nHost: x\r\n\r\n"},
      {400, "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /\r\nHost: x\r\n\r\n"},
      {400, "GET / \r\nHost: x\r\n\r\n"},
      {400, "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "G(T / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET / http/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET / HTTP/1.1x\r\nHost: x\r\n\r\n"},
      {400, "GET / HTTP/11\r\nHost: x\r\n\r\n"},
      {400, "GET / HTTP/1.10\r\nHost: x\r\n\r\n"},
      {400, "GET / HTTP/+1.1\r\nHost: x\r\n\r\n"},
      {505, "GET / HTTP/2.0\r\nHost: x\r\n\r\n"},
      {505, "GET / HTTP/0.9\r\nHost: x\r\n\r\n"},
      {505, "GET / HTTP/1.2\r\nHost: x\r\n\r\n"},
      {400, "\x16\x03\x01\x02"},  // a TLS hello
      {400, "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /\x7f HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"s},
      // line endings and folding
      {400, "GET / HTTP/1.1\nHost: x\n\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\r\n\n"},
      {400, "GET / HTTP/1.1\rHost: x\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\rX-A: b\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\r\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n\tc\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\r\nX-A:\r\n b\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n \r\n\r\n"},
      {400, "GET / HTTP/1.1\r\n Host: x\r\n\r\n"},
      // fields
      {400, with_fields("X A: b\r\n")},
      {400, with_fields("X-A : b\r\n")},
      {400, with_fields(": b\r\n")},
      {400, with_fields("X-A\r\n")},
      {400, with_fields("X-\xc3\xa9: b\r\n")},
      {400, with_fields("X-A: b\0c\r\n"s)},
      {400, with_fields("X\0A: b\r\n"s)},
      {400, with_fields("X-A: b\x01\r\n")},
      {400, with_fields("X-A: b\x7f\r\n")},
      {400, with_fields("Connection: ,;close\r\n")},
      // Host
      {400, "GET / HTTP/1.1\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"},
      {400, "GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: a:8o\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: a:123456\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: []\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: [::1]80\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: [x]\r\n\r\n"},
      // what must be unique
      {400, with_fields("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n")},
      {400, with_fields("authorization: a\r\nAUTHORIZATION: a\r\n")},
      // Content-Length
      {400, with_fields("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")},
      {400, with_fields("Content-Length: 5\r\ncontent-length: 6\r\n", "hello")},
      {400, with_fields("Content-Length: 5, 5\r\n", "hello")},
      {400, with_fields("Content-Length: 5,\r\n", "hello")},
      {400, with_fields("Content-Length: +5\r\n", "hello")},
      {400, with_fields("Content-Length: -5\r\n", "hello")},
      {400, with_fields("Content-Length: 5abc\r\n", "hello")},
      {400, with_fields("Content-Length: 0x5\r\n", "hello")},
      {400, with_fields("Content-Length: 5 5\r\n", "hello")},
      {400, with_fields("Content-Length: \"5\"\r\n", "hello")},
      {400, with_fields("Content-Length:\r\n", "hello")},
      {400, with_fields("Content-Length: 18446744073709551621\r\n", "hello")},
      {413, with_fields("Content-Length: 1001\r\n")},
      {413, with_fields("Content-Length: 999999999999999999\r\n")},
      // Transfer-Encoding
      {400, with_fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
      {400, with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {400, with_fields("Content-Length: 5\r\nTransfer-Encoding: identity\r\n", "hello")},
      {400, with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: identity\r\n", "0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding:\r\n", "0\r\n\r\n")},
      {501, with_fields("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
      {400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      // chunks
      {400, with_fields("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "5\r\nhello0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "5\r\nhello\n0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "5\r\nhello!\r\n0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "+5\r\nhello\r\n0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "-1\r\nhello\r\n0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", " 5\r\nhello\r\n0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "5 \r\nhello\r\n0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "\r\nhello\r\n0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "g\r\nhello\r\n0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "5;a\nb\r\nhello\r\n0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "5;a=\rb\r\nhello\r\n0\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "10000000000000005\r\nhello\r\n0\r\n\r\n")},
      {413, with_fields("Transfer-Encoding: chunked\r\n", "3e9\r\n")},
      {413, with_fields("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "0\r\nX A: b\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "0\r\nX-A: b\r\n c\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "0\r\nX-A: b\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "0\r\nX-A\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "0\r\n\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "00000000000000005\r\nhello\r\n0\r\n\r\n")},
      {400,
       with_fields("Transfer-Encoding: chunked\r\n", "0\r\nX-A: " + std::string(5000, 'a') + "\r\n\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", "1;" + std::string(5000, 'a') + "\r\n")},
      {400, with_fields("Transfer-Encoding: chunked\r\n", std::string(5000, '0'))},
      // bounds
      {431, "GET / HTTP/1.1\r\nHost: x\r\nX-A: " + std::string(2048, 'a') + "\r\n\r\n"},
      {414, "GET /" + std::string(3000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"},
      // expectations
      {417, with_fields("Expect: 200-ok\r\n")},
      {417, with_fields("Expect: 100-continue, x\r\n")},
  };
  return all;
}

TEST(RequestParser, ReadsHeads) {
  EXPECT_EQ(read(good_requests()[0]).text, "GET / 1.1 keep id= [Host=example.com] ");
  EXPECT_EQ(read(good_requests()[1]).text, "GET / 1.0 close id= ");
  EXPECT_EQ(read(good_requests()[2]).text, "GET / 1.0 keep id= [Connection=keep-alive] ");
  EXPECT_EQ(read(good_requests()[3]).text,
            "QUERY /a?b=c 1.1 close id= [host=x:80] [X-A=v w] [X-B=] [X-C=] [Connection=a , Close] ");
}

TEST(RequestParser, ReadsBodies) {
  const auto body = [](std::size_t i) {
    RequestParser parser(kLimits);
    parser.feed(good_requests()[i]);
    return std::string(parser.body());
  };
  EXPECT_EQ(body(4), "hello");
  EXPECT_EQ(body(5), "");
  EXPECT_EQ(body(6), "GET / H");
  EXPECT_EQ(body(7), "");
  EXPECT_EQ(body(8), "hello0123456789");
  EXPECT_EQ(body(9), "\r\n\r\n\n");
}

TEST(RequestParser, TrailersAndExtensionsAreDiscarded) {
  RequestParser parser(kLimits);
  parser.feed(good_requests()[9]);
  ASSERT_EQ(parser.state(), RequestParser::State::Complete);
  EXPECT_EQ(parser.head().fields.size(), 3U);
  EXPECT_TRUE(parser.head().expects_continue);
}

TEST(RequestParser, RequestIdIsKeptWhenAloneAndValid) {
  const auto id = [](const std::string& fields) {
    RequestParser parser(kLimits);
    parser.feed(with_fields(fields));
    return std::string(parser.head().request_id);
  };
  EXPECT_EQ(id("X-Request-Id: abc\r\n"), "abc");
  EXPECT_EQ(id("x-request-id: abc\r\n"), "abc");
  EXPECT_EQ(id("X-Request-Id: a\r\nX-Request-Id: b\r\n"), "");
  EXPECT_EQ(id("X-Request-Id: a b\r\n"), "");
  EXPECT_EQ(id("X-Request-Id: a\r\nContent-Length: x\r\n"), "a");  // also where the request is refused
}

TEST(RequestParser, AnyTwoPiecesReadAsTheWhole) {
  for (const std::string& bytes : good_requests()) {
    const Reading whole = read(bytes);
    ASSERT_EQ(whole.status, 0) << bytes;
    EXPECT_EQ(whole.consumed, bytes.size());
    for (std::size_t split = 1; split < bytes.size(); ++split) {
      EXPECT_EQ(read_pieces({bytes.substr(0, split), bytes.substr(split)}), whole)
          << bytes << " split at " << split;
      EXPECT_EQ(read(bytes.substr(0, split)).status, -1) << bytes << " cut at " << split;
    }
  }
}

TEST(RequestParser, SingleBytesReadAsTheWhole) {
  for (const std::string& bytes : good_requests()) {
    std::vector<std::string> pieces;
    for (const char c : bytes)
      pieces.emplace_back(1, c);
    EXPECT_EQ(read_pieces(pieces), read(bytes)) << bytes;
  }
}

TEST(RequestParser, StopsAtTheEndOfTheRequest) {
  for (const std::string& bytes : good_requests()) {
    const std::string next = "GET /next HTTP/1.1\r\n";
    for (std::size_t split = 1; split <= bytes.size(); ++split) {
      const Reading reading = read_pieces({bytes.substr(0, split), bytes.substr(split) + next});
      EXPECT_EQ(reading.status, 0);
      EXPECT_EQ(reading.consumed, bytes.size()) << bytes << " split at " << split;
    }
  }
}

TEST(RequestParser, check_30_RefusesEveryMalformedRequest) {
  for (const Bad& bad : bad_requests())
    EXPECT_EQ(read(bad.bytes).status, bad.status) << bad.bytes;
}

TEST(RequestParser, check_30_RefusesThemAtAnySplit) {
  for (const Bad& bad : bad_requests()) {
    for (std::size_t split = 1; split < bad.bytes.size(); ++split) {
      const int status = read_pieces({bad.bytes.substr(0, split), bad.bytes.substr(split)}).status;
      // 414 and 431 depend on whether the request line had arrived when the bound was reached; the rest must
      // not differ.
      EXPECT_EQ(status, bad.status) << bad.bytes << " split at " << split;
    }
    std::vector<std::string> pieces;
    for (const char c : bad.bytes)
      pieces.emplace_back(1, c);
    EXPECT_EQ(read_pieces(pieces).status, bad.status) << bad.bytes;
  }
}

TEST(RequestParser, BoundsAreExact) {
  const auto head_of = [](std::size_t size) {
    const std::string frame = "GET / HTTP/1.1\r\nHost: x\r\nX-A: \r\n\r\n";
    return "GET / HTTP/1.1\r\nHost: x\r\nX-A: " + std::string(size - frame.size(), 'a') + "\r\n\r\n";
  };
  EXPECT_EQ(read(head_of(kLimits.max_head_bytes)).status, 0);
  EXPECT_EQ(read(head_of(kLimits.max_head_bytes + 1)).status, 431);
  EXPECT_EQ(read(with_fields("Content-Length: 1000\r\n", std::string(1000, 'b'))).status, 0);
  // In many chunks the bound holds for the sum.
  std::string chunks;
  for (int i = 0; i < 10; ++i)
    chunks += "64\r\n" + std::string(100, 'c') + "\r\n";
  EXPECT_EQ(read(with_fields("Transfer-Encoding: chunked\r\n", chunks + "0\r\n\r\n")).status, 0);
  EXPECT_EQ(read(with_fields("Transfer-Encoding: chunked\r\n", chunks + "1\r\nx\r\n0\r\n\r\n")).status, 413);
}

// They are thrown away, so what they say cannot matter.
TEST(RequestParser, TrailersCannotChangeTheRequest) {
  const std::string trailers =
      "0\r\nContent-Length: 5\r\nTransfer-Encoding: gzip\r\nHost: y\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(read(with_fields("Transfer-Encoding: chunked\r\n", trailers)),
            (Reading{0, "POST /x 1.1 keep id= [Host=x] [Transfer-Encoding=chunked] ",
                     with_fields("Transfer-Encoding: chunked\r\n", trailers).size()}));
}

TEST(RequestParser, ExtensionsAreBoundedOverAllChunks) {
  std::string chunks;
  for (int i = 0; i < 50; ++i)
    chunks += "1;" + std::string(100, 'e') + "\r\nx\r\n";
  EXPECT_EQ(read(with_fields("Transfer-Encoding: chunked\r\n", chunks + "0\r\n\r\n")).status, 400);
}

TEST(RequestParser, AnEmptyHostIsTheHostPolicysDecision) {
  EXPECT_EQ(read("GET / HTTP/1.1\r\nHost:\r\n\r\n").status, 0);
  EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n").status, 0);
  EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: under_score.example-1.com:1\r\n\r\n").status, 0);
}

TEST(RequestParser, ExpectationsOfHttp10AreIgnored) {
  EXPECT_EQ(read("POST / HTTP/1.0\r\nExpect: x\r\nContent-Length: 1\r\n\r\na").text.find("expect"),
            std::string::npos);
}

TEST(RequestParser, CanBeUsedAgain) {
  RequestParser parser(kLimits);
  for (int round = 0; round < 3; ++round) {
    for (const std::string& bytes : good_requests()) {
      EXPECT_EQ(parser.feed(bytes), bytes.size());
      EXPECT_EQ(parser.state(), RequestParser::State::Complete);
      EXPECT_EQ(parser.head().target[0], '/');
      parser.reset();
      EXPECT_EQ(parser.state(), RequestParser::State::Head);
      EXPECT_TRUE(parser.body().empty());
      EXPECT_TRUE(parser.head().fields.empty());
    }
  }
}

}  // namespace
}  // namespace gateway::server
