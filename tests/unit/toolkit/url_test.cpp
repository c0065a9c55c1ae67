#include "gateway/toolkit/url.hpp"

#include <string>

#include <gtest/gtest.h>

namespace gateway::toolkit {
namespace {

using namespace std::string_view_literals;

TEST(Url, SplitsIntoParts) {
  const auto url = parse_url("HTTPS://Login.Example.com:8443/realms/a%20b/certs?x=1&y=?");
  ASSERT_TRUE(url.ok());
  EXPECT_TRUE(url->is_https());
  EXPECT_EQ(url->host, "login.example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/realms/a%20b/certs");
  EXPECT_EQ(url->query, "x=1&y=?");
  EXPECT_EQ(url->origin(), "https://login.example.com:8443");
  EXPECT_EQ(url->target(), "/realms/a%20b/certs?x=1&y=?");
}

TEST(Url, FillsInWhatIsMissing) {
  EXPECT_EQ(parse_url("https://a")->port, 443);
  EXPECT_EQ(parse_url("http://a")->port, 80);
  EXPECT_EQ(parse_url("http://a")->target(), "/");
  EXPECT_EQ(parse_url("http://a?q")->target(), "/?q");
  EXPECT_EQ(parse_url("https://a:443/")->origin(), "https://a");
  EXPECT_EQ(parse_url("http://a:443/")->origin(), "http://a:443");
}

TEST(Url, TakesAddresses) {
  EXPECT_EQ(parse_url("http://127.0.0.1:9099/x")->host, "127.0.0.1");
  const auto url = parse_url("http://[::1]:8080/");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->origin(), "http://[::1]:8080");
}

TEST(Url, RefusesWhatIsNotAPlainHttpUrl) {
  for (const auto text : {""sv,
                          "example.com"sv,
                          "//example.com"sv,
                          "/path"sv,
                          "ftp://a"sv,
                          "file:///etc/passwd"sv,
                          "javascript://a"sv,
                          "http:/a"sv,
                          "http://"sv,
                          "http:///x"sv,
                          "https://user@a/"sv,
                          "https://user:pw@a/"sv,
                          "https://a@b@c/"sv,
                          "https://a/#f"sv,
                          "https://a#f"sv,
                          "https://a/?q#f"sv,
                          "https://a b/"sv,
                          "https://a/ b"sv,
                          "https://a\\b/"sv,
                          "https://a/\\b"sv,
                          "https://a/\n"sv,
                          "https://a/\0"sv,
                          "https://a/\xc3\xa4"sv,
                          "https://\xc3\xa4.de/"sv,
                          "https://a/%"sv,
                          "https://a/%2"sv,
                          "https://a/%zz"sv,
                          "https://a/<>"sv,
                          "https://a/?<"sv}) {
    EXPECT_FALSE(parse_url(text).ok()) << text;
  }
}

TEST(Url, RefusesHostsThatReadersDisagreeOn) {
  for (const char* host :
       {"-a",         "a-",        "a..b",      ".a",         "a.",    "a_b", "127.1", "2130706433",
        "0x7f.1",     "1.2.3.256", "1.2.3.4.5", "127.0.0.01", "a.123", "%61", "[::1",  "::1",
        "[::1%25lo]", "[1.2.3.4]", "[]",        "a:b",        "*",     "a,b"}) {
    EXPECT_FALSE(parse_url("http://" + std::string(host) + "/").ok()) << host;
  }
  EXPECT_FALSE(parse_url("http://" + std::string(64, 'a') + "/").ok());
  EXPECT_TRUE(parse_url("http://" + std::string(63, 'a') + "/").ok());
}

TEST(Url, RefusesBadPorts) {
  for (const char* port :
       {":", ":0", ":080", ":65536", ":99999999999", ":-1", ":+1", ":8 ", ":80a", ":80:80"}) {
    EXPECT_FALSE(parse_url("http://a" + std::string(port) + "/").ok()) << port;
  }
  EXPECT_EQ(parse_url("http://a:65535/")->port, 65535);
}

TEST(Url, IsBounded) {
  EXPECT_TRUE(parse_url("http://a/" + std::string(kMaxUrlBytes - 9, 'x')).ok());
  EXPECT_FALSE(parse_url("http://a/" + std::string(kMaxUrlBytes - 8, 'x')).ok());
}

}  // namespace
}  // namespace gateway::toolkit
