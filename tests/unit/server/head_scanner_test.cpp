#include "core/server/head_scanner.hpp"

#include <string>

#include <gtest/gtest.h>

namespace gateway::server {
namespace {

HeadScanner::Outcome scan(std::string_view text) {
  return HeadScanner().scan(text);
}

TEST(HeadScanner, FindsTheEndAtWhateverSplit) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string text = head + "GET /next";
  HeadScanner scanner;
  for (std::size_t size = 0; size < head.size(); ++size) {
    ASSERT_EQ(scanner.scan(std::string_view(text).substr(0, size)), HeadScanner::Outcome::NeedMore) << size;
  }
  EXPECT_EQ(scanner.scan(text), HeadScanner::Outcome::Found);
  EXPECT_EQ(scanner.end(), head.size());
}

TEST(HeadScanner, check_30_LineEndingsAreCrlfAndLinesAreNotFolded) {
  for (const std::string_view text :
       {"GET / HTTP/1.1\n", "\r\n", "\n", "GET / HTTP/1.1\r\nHost: x\n", "GET / HTTP/1.1\r\nHost: x\r\n y",
        "GET / HTTP/1.1\r\n\tHost: x", " GET", "GET / HTTP/1.1\r\n\n"}) {
    EXPECT_EQ(scan(text), HeadScanner::Outcome::Fault) << text;
  }
}

TEST(HeadScanner, KnowsWhetherTheRequestLineIsThere) {
  HeadScanner scanner;
  EXPECT_EQ(scanner.scan("GET /"), HeadScanner::Outcome::NeedMore);
  EXPECT_FALSE(scanner.saw_line());
  EXPECT_EQ(scanner.scan("GET / HTTP/1.1\r\n"), HeadScanner::Outcome::NeedMore);
  EXPECT_TRUE(scanner.saw_line());
}

}  // namespace
}  // namespace gateway::server
