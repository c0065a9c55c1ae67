// Whom HTTPS trusts: in each test that refuses, no byte of the request reached the other side.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/net/net_fixture.hpp"

namespace gateway::testing {
namespace {

using ::testing::HasSubstr;

class TlsTest : public NetFixture {
 protected:
  static OriginReply say_name(const OriginRequest& request) { return {200, {}, request.server_name}; }

  void expect_untrusted(const TestCertificate& certificate, const std::string& host, const std::string& why) {
    HttpsOrigin origin(&say_name, certificate);
    const auto reply = get(origin.url("/", host));
    ASSERT_FALSE(reply.ok()) << "trusted although: " << why;
    EXPECT_EQ(end_of(reply), "unavailable");
    EXPECT_EQ(reply.error().retry_after_ms, 0);
    EXPECT_THAT(reply.error().detail, HasSubstr(why));
    EXPECT_EQ(origin.requests(), 0);
    EXPECT_EQ(origin.connections(), 1);  // and it was not tried again
  }
};

TEST_F(TlsTest, AGoodCertificateIsTrustedByNameAndByAddress) {
  HttpsOrigin origin(&say_name, good_certificate());
  const auto by_name = get(origin.url("/", "localhost"));
  ASSERT_TRUE(by_name.ok()) << kind_of(by_name);
  EXPECT_EQ(by_name->body.reveal(), "localhost");  // SNI
  const auto by_address = get(origin.url("/", "127.0.0.1"));
  ASSERT_TRUE(by_address.ok()) << kind_of(by_address);
  EXPECT_EQ(by_address->body.reveal(), "");  // an address is not sent as a name
}

TEST_F(TlsTest, AnotherNameIsRefused) {
  expect_untrusted(authority().issue("DNS:identity.example"), "localhost", "not for this host");
}

TEST_F(TlsTest, AnotherAddressIsRefused) {
  expect_untrusted(authority().issue("DNS:localhost,IP:127.0.0.2"), "127.0.0.1", "not for this host");
}

TEST_F(TlsTest, ANameThatOnlyBeginsLikeItIsRefused) {
  expect_untrusted(authority().issue("DNS:localhost.example,DNS:*.localhost"), "localhost",
                   "not for this host");
}

TEST_F(TlsTest, AnExpiredCertificateIsRefused) {
  expect_untrusted(authority().issue("DNS:localhost", -7200, -60), "localhost", "expired");
}

TEST_F(TlsTest, ACertificateOfTheFutureIsRefused) {
  expect_untrusted(authority().issue("DNS:localhost", 3600, 7200), "localhost", "not yet valid");
}

TEST_F(TlsTest, AnotherAuthorityIsRefused) {
  const TestAuthority other;
  expect_untrusted(other.issue("DNS:localhost"), "localhost", "certificate");
}

TEST_F(TlsTest, WithoutAFileTheSystemsAuthoritiesAreTrustedAlone) {
  options_.ca_file.clear();
  expect_untrusted(good_certificate(), "localhost", "certificate");
}

TEST_F(TlsTest, AKeptConnectionDoesNotCarryTrustToAnotherName) {
  HttpsOrigin origin(&say_name, authority().issue("DNS:localhost"));
  ASSERT_TRUE(get(origin.url("/", "localhost")).ok());
  EXPECT_EQ(end_of(get(origin.url("/", "127.0.0.1"))), "unavailable");
  EXPECT_EQ(origin.requests(), 1);
}

TEST_F(TlsTest, WhoSpeaksNoTlsIsRefused) {
  options_.connect_timeout_ms = 100;  // it goes on waiting for a request
  HttpsOrigin plain(&say_name);
  EXPECT_EQ(end_of(get("https://127.0.0.1:" + std::to_string(plain.port()))), "unavailable");
  EXPECT_EQ(plain.requests(), 0);
}

TEST_F(TlsTest, AFileOfAuthoritiesThatIsNoneIsAFaultAtStart) {
  const auto refused = [&](const std::string& file) {
    options_.ca_file = file;
    const auto made = net::HttpClient::create(options_, {clock_, random_, logger_, metrics_});
    EXPECT_EQ(made.ok(), net::check_ca_file(file).ok());
    return !made && made.error().kind == ErrorKind::Invalid;
  };
  EXPECT_TRUE(refused("/nowhere/authority.pem"));
  EXPECT_TRUE(refused(std::filesystem::temp_directory_path()));
  const std::string empty = authority().file().string() + ".empty";
  std::ofstream(empty) << "no certificate\n";
  EXPECT_TRUE(refused(empty));
  EXPECT_FALSE(refused(authority().file()));
}

}  // namespace
}  // namespace gateway::testing
