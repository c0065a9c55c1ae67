// Who is believed about the client's address, from what the configuration says.
#include <gtest/gtest.h>

#include "core/app/settings_from_config.hpp"

namespace gateway::app {
namespace {

http::ForwardingTrust trust_of(std::string preset, std::vector<std::string> networks, std::size_t limit = 8) {
  config::GatewayConfig config;
  config.forwarded = {std::move(preset), std::move(networks), limit, "X-Forwarded-For"};
  return settings_from_config(config).server.forwarding;
}

bool believes(const http::ForwardingTrust& trust, const char* peer) {
  const http::HeaderField field{"X-Forwarded-For", "198.51.100.7"};
  return http::client_address(trust, *http::IpAddress::parse(peer), {&field, 1}).to_string() ==
         "198.51.100.7";
}

TEST(ForwardingSettings, KnownNetworksNarrowAPreset) {
  const auto narrowed = trust_of("alb", {"10.0.0.0/23"});
  EXPECT_TRUE(believes(narrowed, "10.0.1.9"));
  EXPECT_FALSE(believes(narrowed, "10.9.9.9"));
  EXPECT_FALSE(believes(narrowed, "192.168.1.1"));
}

TEST(ForwardingSettings, check_29_WhatAPresetDoesNotBelieveIsNotBelievedForKnownNetworks) {
  const auto trust = trust_of("alb", {"10.0.0.0/23", "203.0.113.0/24", "0.0.0.0/0"});
  EXPECT_TRUE(believes(trust, "10.0.1.9"));
  EXPECT_FALSE(believes(trust, "203.0.113.9"));
  EXPECT_FALSE(believes(trust, "8.8.8.8"));
  EXPECT_FALSE(believes(trust_of("nginx", {"172.18.0.0/16"}), "172.18.0.2"));
  EXPECT_FALSE(believes(trust_of("nginx", {"172.18.0.0/16"}), "127.0.0.1")) << "nobody, rather than all";
}

TEST(ForwardingSettings, HowManyEntriesAreFollowedIsThePresets) {
  EXPECT_EQ(trust_of("cloudfront+alb", {}, 1).max_hops, 2U);
  EXPECT_EQ(trust_of("alb", {}).max_hops, 1U);
  EXPECT_EQ(trust_of("", {"10.0.0.0/8"}, 3).max_hops, 3U);
  EXPECT_TRUE(believes(trust_of("", {"203.0.113.0/24"}), "203.0.113.9"))
      << "without a preset they stand alone";
}

}  // namespace
}  // namespace gateway::app
