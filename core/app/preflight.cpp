#include "core/app/preflight.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "core/app/plugin_surroundings.hpp"
#include "core/config/schema_check.hpp"
#include "core/http/client_address.hpp"
#include "core/http/forwarding_presets.hpp"
#include "core/net/http_client.hpp"
#include "core/runtime/log_levels.hpp"
#include "core/server/listening_socket.hpp"

namespace gateway::app {

namespace {

void check_networks(config::CheckedConfiguration& checked) {
  constexpr std::string_view kList = "ForwardedHeaders:KnownNetworks:";
  const std::string& preset = checked.config.forwarded.preset;
  const auto trust = http::forwarding_preset(preset);
  std::vector<http::IpNetwork> networks;
  for (const config::ShownValue& entry : checked.values) {
    if (entry.path.rfind(kList, 0) != 0 || config::has_fault_at(checked.faults, entry.path)) continue;
    const auto network = http::IpNetwork::parse(entry.value);
    if (!network) {
      checked.faults.push_back({entry.path, "is no network, or has bits set behind its prefix",
                                "write it as 10.0.0.0/8 or 2001:db8::/32, or as one address", entry.layer});
    } else if (network->is_everybody()) {
      checked.warnings.push_back({entry.path,
                                  "trusts everybody: any client can then say which address it has",
                                  "name the networks of the proxies in front only", entry.layer});
    } else {
      networks.push_back(*network);
    }
    if (network && trust && !http::narrows(*network, *trust)) {
      checked.faults.push_back({entry.path, "lies outside of the networks of the preset " + preset,
                                "KnownNetworks narrows a preset; leave Preset out to believe other networks, "
                                "and set ForwardLimit to the number of proxies",
                                entry.layer});
    }
  }
  if (http::IpNetwork::are_everybody(networks)) {
    constexpr const char* kKey = "ForwardedHeaders:KnownNetworks";
    checked.warnings.push_back({kKey,
                                "trust everybody together: any client can then say which address it has",
                                "name the networks of the proxies in front only", checked.layer_of(kKey)});
  }
}

// Limits count by the client's address. Nobody can see from in here what stands in front, so a service that
// others reach and that says nothing about it is asked to.
void check_forwarding(config::CheckedConfiguration& checked) {
  const auto& forwarded = checked.config.forwarded;
  if (!forwarded.preset.empty() || !forwarded.known_networks.empty()) return;
  const auto own = http::IpAddress::parse(checked.config.listen.address);
  const bool is_for_this_host =
      !own || *own == *http::IpAddress::parse("::1") || http::IpNetwork::parse("127.0.0.0/8")->contains(*own);
  if (is_for_this_host) return;
  checked.warnings.push_back(
      {"ForwardedHeaders",
       "nobody is believed about the client's address: behind a proxy all clients are one",
       "set Preset to alb, cloudfront+alb or nginx, or KnownNetworks; or Preset to none where clients "
       "connect directly",
       ""});
}

// Said of proxies that nobody named.
void check_forwarding_use(config::CheckedConfiguration& checked) {
  const auto& forwarded = checked.config.forwarded;
  if ((!forwarded.preset.empty() && forwarded.preset != "none") || !forwarded.known_networks.empty()) return;
  for (const char* key : {"ForwardedHeaders:ForwardLimit", "ForwardedHeaders:Header"}) {
    const std::string layer = checked.layer_of(key);
    if (layer.empty() || config::has_fault_at(checked.faults, key)) continue;
    checked.warnings.push_back({key, "says nothing: nobody is believed about the client's address",
                                "set Preset or KnownNetworks, or leave it out", layer});
  }
}

void check_log_levels(config::CheckedConfiguration& checked) {
  constexpr const char* kKey = "Logging:LogLevel";
  const auto levels = runtime::LogLevels::parse(checked.config.log_levels);
  const bool is_known = std::any_of(checked.faults.begin(), checked.faults.end(),
                                    [](const auto& fault) { return fault.path.rfind(kKey, 0) == 0; });
  if (!levels && !is_known) checked.faults.push_back({kKey, levels.error().detail, "", ""});
}

void check_ca_file(config::CheckedConfiguration& checked) {
  constexpr const char* kKey = "Http:CaFile";
  if (config::has_fault_at(checked.faults, kKey)) return;
  const auto usable = net::check_ca_file(checked.config.outbound.ca_file);
  if (!usable)
    checked.faults.push_back(
        {kKey, usable.error().detail, "name a file of certificates in PEM", checked.layer_of(kKey)});
}

}  // namespace

std::optional<config::Fault> descriptor_fault(std::size_t max_connections) {
  const auto enough = server::ensure_descriptors(max_connections);
  if (enough) return std::nullopt;
  constexpr std::string_view kOption = "max_connections ";
  std::string problem = enough.error().detail;
  if (problem.rfind(kOption, 0) == 0) problem.erase(0, kOption.size());
  return config::Fault{
      "Server:MaxConnections", std::move(problem),
      "lower it, or raise the limit: ulimit -n, LimitNOFILE= of systemd, --ulimit nofile= of "
      "a container",
      ""};
}

void preflight(config::CheckedConfiguration& checked, PluginInspection& plugins) {
  check_networks(checked);
  check_forwarding(checked);
  check_forwarding_use(checked);
  check_log_levels(checked);
  check_ca_file(checked);
  auto found = plugins.check_selected(checked, surroundings_of(checked.config));
  std::move(found.faults.begin(), found.faults.end(), std::back_inserter(checked.faults));
  std::move(found.warnings.begin(), found.warnings.end(), std::back_inserter(checked.warnings));
  if (auto few = descriptor_fault(checked.config.server.max_connections)) {
    few->layer = checked.layer_of(few->path);
    checked.warnings.push_back(*std::move(few));
  }
  std::stable_sort(checked.faults.begin(), checked.faults.end(),
                   [](const auto& a, const auto& b) { return a.path < b.path; });
}

}  // namespace gateway::app
