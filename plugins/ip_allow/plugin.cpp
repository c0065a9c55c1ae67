// Lets networks in or keeps them out, by the client's address as the gateway sees it (`ForwardedHeaders`).
#include <gateway/plugin.hpp>

#include "config_schema.hpp"
#include "network_rules.hpp"

namespace gateway::ip_allow {

class IpAllowPolicy final : public Policy {
 public:
  IpAllowPolicy(const Host& host, const PluginConfig& config, ConfigFaults faults = {})
      : host_(host), rules_(config, faults) {
    faults.throw_if_any();
  }

  Verdict on_request(const PolicyRequest& request, PolicyReply& reply) override {
    if (rules_.admits(request.route_class(), request.route(), request.client_address()))
      return Verdict::go_on();
    host_.count("ip_allow_refused");
    return reject(reply, 403, "INSUFFICIENT_PERMISSIONS", "Requests from this address are not served here.");
  }

 private:
  const Host& host_;
  const NetworkRules rules_;
};

}  // namespace gateway::ip_allow

GATEWAY_PLUGIN(gateway::ip_allow::IpAllowPolicy,
               {.id = "ip-allow",
                .version = "0.1.0",
                .description = "Lets networks in or keeps them out, for each class of routes and each route",
                .license = "Apache-2.0",
                .section = "IpAllow",
                .config_schema = gateway::ip_allow::kConfigSchema})
