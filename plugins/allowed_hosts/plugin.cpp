// Refuses requests for hosts that are not served here (ASP.NET Core's host filtering, RFC 9110, section 7.2).
#include <gateway/plugin.hpp>

#include "config_schema.hpp"
#include "host_patterns.hpp"

namespace gateway::allowed_hosts {

class AllowedHostsPolicy final : public Policy {
 public:
  AllowedHostsPolicy(const Host&, const PluginConfig& config, ConfigFaults faults = {})
      : patterns_(config.text("Value", ""), faults) {
    faults.throw_if_any();
  }

  Verdict on_request(const PolicyRequest& request, PolicyReply& reply) override {
    // A load balancer's health check carries the address of the task, which is nobody's host name.
    if (patterns_.allow_any() || request.route_class() == RouteClass::Health) return Verdict::go_on();
    const auto host = request.header("host");
    if (host && patterns_.allow(*host)) return Verdict::go_on();
    return reject(reply, 400, "MALFORMED_REQUEST", "The host of this request is not served here.");
  }

 private:
  HostPatterns patterns_;
};

}  // namespace gateway::allowed_hosts

// "AllowedHosts" is a text in the configuration; the host hands a section that is no object over as "Value".
GATEWAY_PLUGIN(gateway::allowed_hosts::AllowedHostsPolicy,
               {.id = "allowed-hosts",
                .version = "0.1.0",
                .description = "Refuses requests for hosts that are not served here",
                .license = "Apache-2.0",
                .section = "AllowedHosts",
                .config_schema = gateway::allowed_hosts::kConfigSchema})
