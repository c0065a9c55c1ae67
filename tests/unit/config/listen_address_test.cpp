#include "core/config/listen_address.hpp"

#include <gtest/gtest.h>

namespace gateway::config {
namespace {

TEST(ListenAddress, ReadsTheDocumentedForms) {
  using Case = std::pair<const char*, ListenAddress>;
  for (const auto& [text, expected] :
       {Case{"http://0.0.0.0:8080", {"0.0.0.0", 8080}}, Case{"http://*:8080", {"::", 8080}},
        Case{"http://+:80/", {"::", 80}}, Case{"http://[::]:8080", {"::", 8080}},
        Case{"http://[2001:db8::1]:1", {"2001:db8::1", 1}}, Case{"http://localhost:0", {"127.0.0.1", 0}},
        Case{"HTTP://LocalHost", {"127.0.0.1", 80}}, Case{"http://[::1]", {"::1", 80}},
        Case{"http://127.0.0.1:65535", {"127.0.0.1", 65535}}}) {
    const auto parsed = parse_listen_address(text);
    ASSERT_TRUE(parsed.ok()) << text << parsed.error().detail;
    EXPECT_EQ(*parsed, expected) << text;
  }
}

TEST(ListenAddress, RefusesTheRest) {
  for (const auto* text :
       {"", "http://", "8080", ":8080", "ftp://0.0.0.0:1", "http://0.0.0.0:65536", "http://0.0.0.0:-1",
        "http://0.0.0.0:", "http://0.0.0.0:80x", "http://0.0.0.0:80/path", "http://example.com:80",
        "http://[::1:80", "http://::1:80", "http://[0.0.0.0]:80", "http://1.2.3:80", "http://0.0.0.0:80 "}) {
    EXPECT_FALSE(parse_listen_address(text).ok()) << text;
  }
  EXPECT_NE(parse_listen_address("https://0.0.0.0:443").error().detail.find("terminate TLS in front"),
            std::string::npos);
  EXPECT_NE(parse_listen_address("http://0.0.0.0:1;http://0.0.0.0:2").error().detail.find("only one"),
            std::string::npos);
}

}  // namespace
}  // namespace gateway::config
