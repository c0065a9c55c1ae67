#include "core/net/request_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gateway::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

FetchHttp request(const std::string& url) {
  FetchHttp made;
  made.url = url;
  return made;
}

bool is_refused(const FetchHttp& made) {
  const auto checked = check_request(made);
  return !checked && checked.error().kind == ErrorKind::Invalid;
}

TEST(CheckRequest, RefusesUrlsThatAreNotForThis) {
  for (const char* url :
       {"", "localhost", "/path", "ftp://localhost/", "file:///etc/passwd", "https://user@localhost/",
        "https://user:password@localhost/", "https://localhost/#fragment", "https://localhost/a b",
        "https://localhost/\r\nHost: x", "https://local\thost/", "https://[::1/", "https://0x7f.1/",
        "https://localhost:0/", "https://localhost:65536/", "https://localhost\\@x/"})
    EXPECT_TRUE(is_refused(request(url))) << url;
  EXPECT_TRUE(is_refused(request(std::string("https://localhost/") + '\0')));
  EXPECT_TRUE(is_refused(request("https://localhost/" + std::string(3'000, 'x'))));
  for (const char* url : {"https://localhost", "http://127.0.0.1:8080/a?b=c%20d", "https://[::1]:8443/x"})
    EXPECT_FALSE(is_refused(request(url))) << url;
}

TEST(CheckRequest, RefusesHeadersThatWouldChangeTheRequest) {
  FetchHttp made = request("https://localhost/");
  for (const char* name :
       {"Host", "host", "Content-Length", "Transfer-Encoding", "CONNECTION", "Keep-Alive", "Proxy-Connection",
        "TE", "Trailer", "Upgrade", "Expect", "Accept-Encoding", "", "a b", "a:b", "a\r\nb", "n\xc3\xa4me"}) {
    made.headers = {{name, Secret("x")}};
    EXPECT_TRUE(is_refused(made)) << name;
  }
  for (const std::string value : {"a\r\nb", "a\nb", "a\rb", "\x7f", "\x01"}) {
    made.headers = {{"X-Value", Secret(value)}};
    EXPECT_TRUE(is_refused(made)) << value;
  }
  made.headers = {{"X-Value", Secret(std::string("a\0b", 3))}};
  EXPECT_TRUE(is_refused(made));
  made.headers = {{"X-Value", Secret("secret-4711\n")}};
  EXPECT_THAT(check_request(made).error().detail, Not(HasSubstr("4711")));
  made.headers = {{"Authorization", Secret("Bearer a\tb")}, {"Content-Type", Secret("text/plain")}};
  EXPECT_FALSE(is_refused(made));
}

TEST(CheckRequest, RefusesWhatIsTooLarge) {
  FetchHttp made = request("https://localhost/");
  made.headers.assign(65, {"X", Secret("x")});
  EXPECT_TRUE(is_refused(made));
  made.headers = {{"X", Secret(std::string(32U << 10, 'x'))}};
  EXPECT_TRUE(is_refused(made));
  made.headers.clear();
  made.verb = HttpVerb::Post;
  made.body = Secret(std::string(8U << 20, 'x'));
  EXPECT_FALSE(is_refused(made));
  made.body = Secret(std::string((8U << 20) + 1, 'x'));
  EXPECT_TRUE(is_refused(made));
  made.body = Secret("x");
  made.max_body_bytes = -1;
  EXPECT_TRUE(is_refused(made));
}

TEST(CheckRequest, RefusesABodyThatHasNoMeaning) {
  FetchHttp made = request("https://localhost/");
  made.body = Secret("x");
  EXPECT_TRUE(is_refused(made));
}

TEST(RequestText, IsOneRequest) {
  FetchHttp made = request("https://Localhost:8443/a?b");
  made.verb = HttpVerb::Put;
  made.headers = {{"user-agent", Secret("me")}};
  made.body = Secret("body");
  EXPECT_EQ(request_text(made, *check_request(made)).reveal(),
            "PUT /a?b HTTP/1.1\r\nHost: localhost:8443\r\nuser-agent: me\r\nAccept-Encoding: identity\r\n"
            "Content-Length: 4\r\n\r\nbody");
  const FetchHttp other = request("http://[::1]");
  EXPECT_EQ(
      request_text(other, *check_request(other)).reveal(),
      "GET / HTTP/1.1\r\nHost: [::1]\r\nUser-Agent: identity-gateway\r\nAccept-Encoding: identity\r\n\r\n");
}

}  // namespace
}  // namespace gateway::net
