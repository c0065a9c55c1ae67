#include "gateway/toolkit/ip_address.hpp"

#include <initializer_list>
#include <vector>

#include <gtest/gtest.h>

namespace gateway::toolkit {
namespace {

TEST(IpAddress, WritesWhatItReads) {
  for (const char* text :
       {"192.0.2.1", "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::7", "fe80::1:2:3:4"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address.has_value()) << text;
    EXPECT_EQ(address->to_string(), text);
  }
}

TEST(IpAddress, MappedIPv4IsIPv4) {
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.1"), IpAddress::parse("192.0.2.1"));
  EXPECT_EQ(IpAddress::parse("::ffff:c000:201")->to_string(), "192.0.2.1");
  EXPECT_TRUE(IpAddress::parse("::ffff:192.0.2.1")->is_v4());
  EXPECT_FALSE(IpAddress::parse("::192.0.2.1")->is_v4());
}

TEST(IpAddress, RefusesWhatIsNoAddress) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {""sv, " "sv, "1.2.3"sv, "1.2.3.4.5"sv, "1.2.3.256"sv, "01.2.3.4"sv, "0x7f.0.0.1"sv, "2130706433"sv,
        "1.2.3.4 "sv, " 1.2.3.4"sv, "1.2.3.4\0"sv, "[::1]"sv, "fe80::1%eth0"sv, ":::"sv, "1::2::3"sv,
        "localhost"sv, "::1\n"sv, "1:2:3:4:5:6:7:8:9"sv,
        "11111111111111111111111111111111111111111111111111111"sv}) {
    EXPECT_FALSE(IpAddress::parse(text).has_value()) << text;
  }
}

TEST(IpNetwork, ContainsByPrefix) {
  const auto contains = [](const char* network, const char* address) {
    return IpNetwork::parse(network)->contains(*IpAddress::parse(address));
  };
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
  EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(contains("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(contains("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(contains("0.0.0.0/0", "8.8.8.8"));
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));  // all of IPv4 is not all of IPv6
  EXPECT_TRUE(contains("2001:db8::/32", "2001:db8:ffff::1"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:ffff::1"));
  EXPECT_FALSE(contains("::/0", "10.0.0.1"));
  EXPECT_FALSE(contains("::/8", "10.0.0.1")) << "families do not mix";
  EXPECT_FALSE(contains("::/80", "10.0.0.1"));
  EXPECT_TRUE(contains("::ffff:0:0/96", "10.0.0.1"));
  EXPECT_TRUE(contains("::/8", "::1"));
}

TEST(IpNetwork, RefusesWhatIsMalformed) {
  for (const char* text :
       {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8 ", "10.0.0.0/8/8",
        "10.0.0.1/8", "2001:db8::/129", "2001:db8::1/32", "all", "10.0.0.0/0x8"}) {
    EXPECT_FALSE(IpNetwork::parse(text).has_value()) << text;
  }
}

TEST(IpNetwork, KnowsEverybody) {
  for (const char* text : {"0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96"})
    EXPECT_TRUE(IpNetwork::parse(text)->is_everybody()) << text;
  for (const char* text : {"0.0.0.0/1", "::/1", "::/96", "10.0.0.0/8", "0.0.0.0", "::ffff:0:0/97"})
    EXPECT_FALSE(IpNetwork::parse(text)->is_everybody()) << text;
}

TEST(IpNetwork, ContainsNetworksThatAreNoWiderThanItself) {
  const auto contains = [](const char* wide, const char* narrow) {
    return IpNetwork::parse(wide)->contains(*IpNetwork::parse(narrow));
  };
  EXPECT_TRUE(contains("10.0.0.0/8", "10.0.0.0/8"));
  EXPECT_TRUE(contains("10.0.0.0/8", "10.20.0.0/16"));
  EXPECT_TRUE(contains("fc00::/7", "fd00::1"));
  EXPECT_FALSE(contains("10.0.0.0/8", "10.0.0.0/7"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0/8"));
  EXPECT_FALSE(contains("::/0", "10.0.0.0/8")) << "families do not mix";
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::/32"));
}

TEST(IpNetwork, SeveralMayBeEverybodyTogether) {
  const auto everybody = [](std::initializer_list<const char*> texts) {
    std::vector<IpNetwork> networks;
    for (const char* text : texts)
      networks.push_back(*IpNetwork::parse(text));
    return IpNetwork::are_everybody(networks);
  };
  EXPECT_TRUE(everybody({"0.0.0.0/0"}));
  EXPECT_TRUE(everybody({"::/0"}));
  EXPECT_TRUE(everybody({"0.0.0.0/1", "128.0.0.0/1"}));
  EXPECT_TRUE(everybody({"192.0.0.0/2", "10.0.0.0/8", "0.0.0.0/1", "128.0.0.0/2"}));
  EXPECT_TRUE(everybody({"0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3"})) << "all that clients may have";
  EXPECT_TRUE(everybody({"::/1", "8000::/1"}));
  EXPECT_TRUE(everybody({"2000::/4", "3000::/5", "3800::/5"}));
  EXPECT_TRUE(everybody({"2001:db8::/32", "::/1", "192.0.2.1"}));
  EXPECT_FALSE(everybody({}));
  EXPECT_FALSE(everybody({"0.0.0.0/1"}));
  EXPECT_FALSE(everybody({"0.0.0.0/1", "8000::/1"})) << "halves of two families";
  EXPECT_FALSE(everybody({"0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/4", "208.0.0.0/5"}));
  EXPECT_FALSE(everybody({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}));
  EXPECT_FALSE(everybody({"192.0.2.1", "2001:db8::1"}));
  EXPECT_FALSE(everybody({"2000::/4", "3000::/5", "3800::/6"}));
}

TEST(IpAddress, OneClientIsOneAddressOrOneSlash64) {
  const auto same = [](const char* a, const char* b) {
    return std::string(IpAddress::parse(a)->client_part()) == std::string(IpAddress::parse(b)->client_part());
  };
  EXPECT_TRUE(same("192.0.2.1", "::ffff:192.0.2.1"));
  EXPECT_FALSE(same("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(same("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"));
  EXPECT_FALSE(same("2001:db8:0:1::1", "2001:db8:0:2::1"));
}

}  // namespace
}  // namespace gateway::toolkit
