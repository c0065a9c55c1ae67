#include "core/http/client_address.hpp"

#include <gtest/gtest.h>

#include "core/http/forwarding_presets.hpp"

namespace gateway::http {
namespace {

ForwardingTrust trust_of(std::initializer_list<const char*> networks) {
  ForwardingTrust trust;
  for (const char* network : networks)
    trust.networks.push_back(*IpNetwork::parse(network));
  return trust;
}

std::string resolve(const ForwardingTrust& trust, const char* peer,
                    std::initializer_list<std::string_view> values) {
  std::vector<HeaderField> fields = {{"Host", "x"}};
  for (const std::string_view value : values)
    fields.push_back({"x-forwarded-for", value});
  fields.push_back({"Forwarded", "for=6.6.6.6"});
  return client_address(trust, *IpAddress::parse(peer), fields).to_string();
}

TEST(ClientAddress, check_29_TheDefaultTrustsNobody) {
  EXPECT_EQ(resolve({}, "127.0.0.1", {"203.0.113.7"}), "127.0.0.1");
  EXPECT_EQ(resolve({}, "10.0.0.1", {"203.0.113.7"}), "10.0.0.1");
}

TEST(ClientAddress, check_29_AnUntrustedPeerIsNotBelieved) {
  EXPECT_EQ(resolve(trust_of({"10.0.0.0/8"}), "203.0.113.9", {"198.51.100.1"}), "203.0.113.9");
}

TEST(ClientAddress, check_29_TheListIsWalkedFromTheRight) {
  const auto trust = trust_of({"10.0.0.0/8"});
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"203.0.113.7"}), "203.0.113.7");
  // What the client wrote itself stands left of what the proxy saw.
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"1.1.1.1, 2.2.2.2, 203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"10.9.9.9, 203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"1.1.1.1, 203.0.113.7, 10.0.0.2"}), "203.0.113.7");
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"203.0.113.7,10.0.0.3 ,\t10.0.0.2"}), "203.0.113.7");
}

TEST(ClientAddress, check_29_SeveralFieldsAreOneList) {
  const auto trust = trust_of({"10.0.0.0/8"});
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"1.1.1.1", "203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"1.1.1.1, 203.0.113.7", "10.0.0.2, 10.0.0.3"}), "203.0.113.7");
}

TEST(ClientAddress, check_29_ThereAlwaysIsAnAddress) {
  const auto trust = trust_of({"10.0.0.0/8"});
  EXPECT_EQ(resolve(trust, "10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"10.0.0.2, 10.0.0.3"}), "10.0.0.2");  // all trusted: the leftmost
  // An entry that is no address ends the walk at the hand that wrote it; nothing left of it counts.
  for (const std::string_view garbage : {"",
                                         " ",
                                         ",",
                                         "unknown",
                                         "_hidden",
                                         "203.0.113.7:port",
                                         "203.0.113.7:",
                                         "203.0.113.7:123456",
                                         "203.0.113.7 10.0.0.2",
                                         "[2001:db8::1",
                                         "[203.0.113.7]",
                                         "[2001:db8::1]443",
                                         "2001:db8::1]:443",
                                         "fe80::1%eth0",
                                         "203.0.113.07",
                                         "256.1.1.1",
                                         "1.1.1.1,",
                                         "1.1.1.1, unknown",
                                         "\"203.0.113.7\"",
                                         "203.0.113.7;x"}) {
    EXPECT_EQ(resolve(trust, "10.0.0.1", {garbage}), "10.0.0.1") << garbage;
  }
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"1.1.1.1, garbage, 10.0.0.2"}), "10.0.0.2");
}

TEST(ClientAddress, PortsAndIPv6) {
  const auto trust = trust_of({"10.0.0.0/8", "2001:db8:a::/48"});
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"203.0.113.7:54321"}), "203.0.113.7");
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"2001:DB8::0:7"}), "2001:db8::7");
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"[2001:db8::7]:443, [2001:db8:a::1]"}), "2001:db8::7");
  EXPECT_EQ(resolve(trust, "2001:db8:a::5", {"::ffff:203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(resolve(trust, "::ffff:10.0.0.1", {"203.0.113.7"}), "203.0.113.7");
}

TEST(ClientAddress, HopsAreBounded) {
  auto trust = trust_of({"0.0.0.0/0"});
  trust.max_hops = 2;
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"1.1.1.1, 2.2.2.2, 3.3.3.3"}), "2.2.2.2");
  trust.max_hops = 0;
  EXPECT_EQ(resolve(trust, "10.0.0.1", {"1.1.1.1"}), "10.0.0.1");
}

TEST(ClientAddress, AnotherHeaderCanBeConfigured) {
  auto trust = trust_of({"10.0.0.0/8"});
  trust.header = "CF-Connecting-IP";
  const std::vector<HeaderField> fields = {{"X-Forwarded-For", "1.1.1.1"},
                                           {"cf-connecting-ip", "203.0.113.7"}};
  EXPECT_EQ(client_address(trust, *IpAddress::parse("10.0.0.1"), fields).to_string(), "203.0.113.7");
}

TEST(ForwardingPresets, AlbBelievesTheOneEntryItAdded) {
  const auto alb = *forwarding_preset("alb");
  for (const char* peer : {"10.0.1.7", "172.31.0.9", "192.168.3.4", "100.64.0.1", "fd00::1"})
    EXPECT_EQ(resolve(alb, peer, {"203.0.113.7"}), "203.0.113.7") << peer;
  EXPECT_EQ(resolve(alb, "10.0.1.7", {"1.1.1.1, 203.0.113.7"}), "203.0.113.7");
  // A client inside the private network does not choose its address either.
  EXPECT_EQ(resolve(alb, "10.0.1.7", {"1.1.1.1, 10.0.9.9"}), "10.0.9.9");
  EXPECT_EQ(resolve(alb, "203.0.113.9", {"1.1.1.1"}), "203.0.113.9") << "not from a private network";
}

TEST(ForwardingPresets, CloudFrontStandsBetween) {
  const auto both = *forwarding_preset("cloudfront+alb");
  EXPECT_EQ(resolve(both, "10.0.1.7", {"203.0.113.7, 130.176.1.1"}), "203.0.113.7");
  EXPECT_EQ(resolve(both, "10.0.1.7", {"1.1.1.1, 203.0.113.7, 130.176.1.1"}), "203.0.113.7");
  EXPECT_EQ(resolve(both, "10.0.1.7", {"1.1.1.1, 10.2.3.4, 130.176.1.1"}), "10.2.3.4");
  EXPECT_EQ(resolve(both, "10.0.1.7", {"130.176.1.1"}), "130.176.1.1");
  EXPECT_EQ(resolve(both, "10.0.1.7", {"garbage, 130.176.1.1"}), "130.176.1.1");
  EXPECT_EQ(resolve(both, "203.0.113.9", {"1.1.1.1, 2.2.2.2"}), "203.0.113.9") << "only behind the balancer";
}

TEST(ForwardingPresets, NginxIsOnTheSameHost) {
  const auto nginx = *forwarding_preset("nginx");
  EXPECT_EQ(resolve(nginx, "127.0.0.1", {"1.1.1.1, 203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(resolve(nginx, "::1", {"203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(resolve(nginx, "127.0.0.1", {"1.1.1.1, 127.0.0.1"}), "127.0.0.1");
  EXPECT_EQ(resolve(nginx, "10.0.1.7", {"203.0.113.7"}), "10.0.1.7");
}

TEST(ForwardingPresets, OnlyWhatLiesInsideOfOneNarrowsIt) {
  const auto fits = [](const char* network, const char* preset) {
    return narrows(*IpNetwork::parse(network), *forwarding_preset(preset));
  };
  EXPECT_TRUE(fits("10.0.0.0/23", "alb"));
  EXPECT_TRUE(fits("172.31.0.0/16", "cloudfront+alb"));
  EXPECT_TRUE(fits("fd00:1::/32", "alb"));
  EXPECT_TRUE(fits("127.0.0.1", "nginx"));
  EXPECT_FALSE(fits("203.0.113.0/24", "alb"));
  EXPECT_FALSE(fits("10.0.0.0/7", "alb"));
  EXPECT_FALSE(fits("0.0.0.0/0", "cloudfront+alb"));
  EXPECT_FALSE(fits("172.18.0.0/16", "nginx"));
}

TEST(ForwardingPresets, OthersAreNone) {
  for (const char* name : {"", "none", "ALB", "cloudfront"})
    EXPECT_FALSE(forwarding_preset(name)) << name;
}

}  // namespace
}  // namespace gateway::http
