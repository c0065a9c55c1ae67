#include "core/http/forwarding_presets.hpp"

#include <algorithm>
#include <initializer_list>

namespace gateway::http {

namespace {

// Exactly as many entries as the proxies of the preset add: what stands left of them is the client's own
// word, also where the client itself has a private address.
ForwardingTrust preset(std::initializer_list<const char*> networks, std::size_t hops,
                       std::size_t assumed_hops) {
  ForwardingTrust trust;
  for (const char* network : networks)
    trust.networks.push_back(*IpNetwork::parse(network));
  trust.max_hops = hops;
  trust.assumed_hops = assumed_hops;
  return trust;
}

constexpr std::initializer_list<const char*> kPrivate = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                                         "100.64.0.0/10", "fc00::/7"};
constexpr std::initializer_list<const char*> kLoopback = {"127.0.0.0/8", "::1/128"};

}  // namespace

std::optional<ForwardingTrust> forwarding_preset(std::string_view name) {
  if (name == "alb") return preset(kPrivate, 1, 0);
  if (name == "cloudfront+alb") return preset(kPrivate, 2, 1);
  if (name == "nginx") return preset(kLoopback, 1, 0);
  return std::nullopt;
}

bool narrows(const IpNetwork& network, const ForwardingTrust& preset) noexcept {
  return std::any_of(preset.networks.begin(), preset.networks.end(),
                     [&](const IpNetwork& wide) { return wide.contains(network); });
}

}  // namespace gateway::http
