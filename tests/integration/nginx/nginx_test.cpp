// examples/nginx/nginx.conf keeps what it promises: check 31 for nginx.
#include <fstream>
#include <iostream>
#include <iterator>

#include "tests/integration/gateway/gateway_fixture.hpp"
#include "tests/integration/nginx/example_file.hpp"
#include "tests/integration/nginx/nginx_process.hpp"
#include "tests/integration/nginx/recording_upstream.hpp"

namespace gateway::testing {
namespace {

class NginxTest : public GatewayFixture {
 protected:
  void SetUp() override {
    start();
    std::ifstream file(kExampleFile);
    std::string example{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    ASSERT_FALSE(example.empty());
    replace(example, "127.0.0.1:8080", port());
    replace(example, "127.0.0.1:9000", upstream_.port());
    replace(example, "127.0.0.1:8000", nginx_.port());
    ASSERT_TRUE(nginx_.start(example)) << "is nginx installed?";
  }

  void TearDown() override {
    if (HasFailure()) std::cerr << nginx_.log();
  }

  static void replace(std::string& text, const std::string& address, std::uint16_t port) {
    const std::size_t at = text.find(address);
    ASSERT_NE(at, std::string::npos) << address;
    text.replace(at, address.size(), "127.0.0.1:" + std::to_string(port));
    ASSERT_EQ(text.find(address), std::string::npos) << address << " is there twice";
  }

  // A request to nginx.
  RawResponse page(std::string_view path, std::string_view token = {}, std::string_view headers = {},
                   std::string_view method = "GET", std::string_view body = {}) {
    std::string request(method);
    request.append(" ").append(path).append(" HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n");
    if (!token.empty()) request.append("Authorization: Bearer ").append(token).append("\r\n");
    if (!body.empty()) request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    request.append(headers).append("\r\n").append(body);
    auto answer = exchange_once(nginx_.port(), request);
    if (!answer) ADD_FAILURE() << method << " " << path << ": no answer";
    return answer.value_or(RawResponse{});
  }

  RecordingUpstream upstream_;
  NginxProcess nginx_;
};

TEST_F(NginxTest, check_31_TheAnonymousDoNotGetThePage) {
  for (const char* header : {"", "Authorization: Basic eDp5\r\n", "Authorization: Bearer nonsense\r\n"}) {
    const RawResponse answer = page("/", {}, header);
    EXPECT_EQ(answer.status, 401) << header;
    EXPECT_EQ(answer.header("WWW-Authenticate").substr(0, 6), "Bearer") << header;
    EXPECT_EQ(answer.body, "Sign in first.\n");
  }
  EXPECT_TRUE(upstream_.requests().empty());
}

TEST_F(NginxTest, check_31_APersonGetsThePageAndTheApplicationLearnsWhoTheyAre) {
  const Person person = sign_up("page@example.com", 1);
  const RawResponse answer = page("/some/page?x=1", person.token);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, RecordingUpstream::kPage + person.id);
  const auto requests = upstream_.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].line.substr(0, 21), "GET /some/page?x=1 HT");
  const auto only = [&](const char* name) {
    const auto values = requests[0].values(name);
    return values.size() == 1 ? values.front() : "<" + std::to_string(values.size()) + ">";
  };
  EXPECT_EQ(only("x-auth-user-id"), person.id);
  EXPECT_EQ(only("x-auth-email"), "page@example.com");
  EXPECT_EQ(only("x-auth-user-type"), "Vendor");
  EXPECT_EQ(only("x-auth-roles"), "Vendor");
  EXPECT_EQ(only("x-auth-provider"), "local");
  EXPECT_NE(only("x-auth-subject"), "<0>");
}

TEST_F(NginxTest, check_31_ForgedIdentityHeadersNeverReachTheApplication) {
  const std::string forged =
      "X-Auth-User-Id: forged\r\nx-auth-user-id: forged\r\nX-Auth-Subject: forged\r\nX-Auth-Provider: "
      "forged\r\n"
      "X-Auth-Email: forged\r\nX-Auth-User-Type: forged\r\nX-AUTH-ROLES: forged\r\nX-Auth-Api-Key: "
      "forged\r\nX-API-Key: forged\r\n"
      "X_Auth_User_Id: forged\r\nX-Auth_User-Id: forged\r\nX_Auth_Roles: forged\r\n";
  EXPECT_EQ(page("/", {}, forged).status, 401);
  EXPECT_TRUE(upstream_.requests().empty());

  const Person person = sign_up("honest@example.com");
  const RawResponse answer = page("/", person.token, forged + "X-Other: arrives\r\n");
  EXPECT_EQ(answer.body, RecordingUpstream::kPage + person.id);
  const auto requests = upstream_.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].values("x-other").size(), 1U);
  for (const auto& [name, value] : requests[0].headers)
    EXPECT_EQ(value.find("forged"), std::string::npos) << name;
}

TEST_F(NginxTest, check_30_TheGatewayIsToldTheClientsAddressAndNotWhatAClientSaysOfIt) {
  std::ifstream file(kExampleFile);
  std::string example{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  RecordingUpstream gateway;
  NginxProcess nginx;
  replace(example, "127.0.0.1:8080", gateway.port());
  replace(example, "127.0.0.1:9000", upstream_.port());
  replace(example, "127.0.0.1:8000", nginx.port());
  ASSERT_TRUE(nginx.start(example));
  for (const char* header :
       {"", "X-Forwarded-For: 198.51.100.66\r\n", "x-forwarded-for: 10.0.0.1, 10.0.0.2\r\n"}) {
    const std::string request =
        "GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n" + std::string(header) + "\r\n";
    ASSERT_TRUE(exchange_once(nginx.port(), request));
    const auto asked = gateway.requests();
    ASSERT_FALSE(asked.empty());
    EXPECT_EQ(asked.back().values("x-forwarded-for"), std::vector<std::string>{"127.0.0.1"}) << header;
  }
}

TEST_F(NginxTest, check_31_TheSuspendedAndTheSignedOutAreRefusedAtOnce) {
  const Person admin = make_admin("admin@example.com");
  const Person suspended = sign_up("suspended@example.com");
  const Person leaving = sign_up("leaving@example.com");
  ASSERT_EQ(page("/", suspended.token).status, 200);
  ASSERT_EQ(page("/", leaving.token).status, 200);
  ASSERT_EQ(call("PUT", "/api/v1/users/" + suspended.id, R"({"status":"Suspended"})", admin.token).status,
            200);
  ASSERT_EQ(post("/api/v1/auth/logout", "{}", leaving.token).status, 200);
  const std::size_t before = upstream_.requests().size();
  EXPECT_EQ(page("/", suspended.token).status, 403);
  EXPECT_EQ(page("/", leaving.token).status, 401);
  EXPECT_EQ(upstream_.requests().size(), before);
}

TEST_F(NginxTest, check_31_AUserTypeMayBeAskedFor) {
  const Person admin = make_admin("boss@example.com");
  const Person person = sign_up("buyer@example.com");
  const RawResponse refused = page("/admin/", person.token);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body, "This is not open to you.\n");
  EXPECT_TRUE(upstream_.requests().empty());
  EXPECT_EQ(page("/admin/", admin.token).status, 200);
}

// An application that reads paths less strictly than nginx must not find a page of its administrators behind
// a spelling that nginx takes for another page.
TEST_F(NginxTest, check_31_NoSpellingOfThePathGetsAroundTheUserType) {
  const Person admin = make_admin("boss@example.com");
  const Person person = sign_up("speller@example.com");
  for (const char* path :
       {"/admin", "/Admin/", "/ADMIN", "/aDmin/users", "/admin.json", "/%61dmin/", "/%41dmin/", "//admin/",
        "/./admin/", "/x/../Admin/", "/admin%2f", "/admin/../admin/"}) {
    EXPECT_EQ(page(path, person.token).status, 403) << path;
    EXPECT_EQ(page(path, admin.token).status, 200) << path;
  }
  // Parameters within a path (RFC 3986, section 3.3) and backslashes are cut off or turned by some.
  for (const char* path : {"/admin;x=1", "/admin;/", "/;x/admin/", "/x/..;/admin/", "/x/..%3b/admin/",
                           "/x\\..\\admin/", "/%5cadmin/", "/admin%5c"}) {
    EXPECT_EQ(page(path, person.token).status, 400) << path;
  }
  const std::size_t before = upstream_.requests().size();
  EXPECT_EQ(page("/administration", person.token).status, 200) << "is another word";
  EXPECT_EQ(page("/x?y=;\\", person.token).status, 200) << "a query is the application's own";
  EXPECT_EQ(upstream_.requests().size(), before + 2);
}

TEST_F(NginxTest, check_31_WithoutTheGatewayNothingPasses) {
  const Person person = sign_up("closed@example.com");
  ASSERT_EQ(page("/", person.token).status, 200);
  stop();
  for (const std::string& token : {person.token, std::string()}) {
    const RawResponse answer = page("/", token);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("Retry-After"), "5");
    EXPECT_EQ(answer.body, "Try again later.\n");
  }
  EXPECT_EQ(upstream_.requests().size(), 1U);
}

TEST_F(NginxTest, check_31_ClientsCannotAskTheQuestionsThemselves) {
  const Person person = sign_up("curious@example.com");
  for (const char* path :
       {"/_gateway/verify", "/_gateway/verify-admin", "/_gateway/", "/_gateway/../_gateway/verify"}) {
    EXPECT_EQ(page(path, person.token).status, 404) << path;
  }
  EXPECT_TRUE(upstream_.requests().empty());
}

TEST_F(NginxTest, ABodyGoesToTheApplicationAlone) {
  const Person person = sign_up("body@example.com");
  const RawResponse answer = page("/form", person.token, "Content-Type: text/plain\r\n", "POST", "some=body");
  EXPECT_EQ(answer.status, 200);
  const auto requests = upstream_.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].line.substr(0, 10), "POST /form");
  EXPECT_EQ(requests[0].body, "some=body");
}

}  // namespace
}  // namespace gateway::testing
