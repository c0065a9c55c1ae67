// Forwarding presets: whose forwarding header is believed in the deployments that are met most.
//
//   alb             an AWS Application Load Balancer: peers in private networks; the one entry it added
//   cloudfront+alb  CloudFront in front of it: the entry that the balancer added is CloudFront's, whatever
//   its
//                   address, and the one left of it the client's. Only where nobody else reaches the balancer
//                   (its security group admits CloudFront's prefix list alone): who does can name any
//                   address.
//   nginx           a proxy on the same host: peers on loopback; the one entry it added
//
// Sources: AWS "HTTP headers and Application Load Balancers" (the balancer appends the address of whoever
// connected to it), "CloudFront request and response behavior" (so does CloudFront); RFC 1918, RFC 4193,
// RFC 6598 for private networks. Thread safety: pure.
#pragma once

#include <optional>
#include <string_view>

#include "core/http/client_address.hpp"

namespace gateway::http {

// nullopt: no preset of that name.
std::optional<ForwardingTrust> forwarding_preset(std::string_view name);

// Whether who is believed by `network` is believed by the preset anyway.
bool narrows(const IpNetwork& network, const ForwardingTrust& preset) noexcept;

}  // namespace gateway::http
