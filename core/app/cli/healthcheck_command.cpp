#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/app/cli/commands.hpp"
#include "core/net/http_client.hpp"

namespace gateway::app::cli {

namespace {

// The port of GATEWAY_URLS or ASPNETCORE_URLS, which is what a container is told; 8080 where neither is set.
std::string configured_port() {
  for (const char* name : {"GATEWAY_URLS", "ASPNETCORE_URLS"}) {
    const char* value = std::getenv(name);
    if (value == nullptr) continue;
    const std::string urls(value);
    const std::size_t colon = urls.rfind(':');
    std::string port = colon == std::string::npos ? std::string() : urls.substr(colon + 1);
    port = port.substr(0, port.find_first_not_of("0123456789"));
    if (!port.empty()) return port;
  }
  return "8080";
}

}  // namespace

int healthcheck(const std::optional<std::string>& url) {
  constexpr std::chrono::seconds kTimeout{3};
  const auto reply =
      net::http_get(url.value_or("http://127.0.0.1:" + configured_port() + "/api/v1/live"), kTimeout);
  if (!reply) return report({reply.error().detail});
  if (reply->status != 200) return report({"answered with status " + std::to_string(reply->status)});
  return kDone;
}

}  // namespace gateway::app::cli
