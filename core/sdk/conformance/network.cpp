#include "network.hpp"

#include <utility>

#include "core/net/http_client.hpp"

namespace gateway::conformance {

struct Network::Impl {
  runtime::SystemClock clock;
  runtime::SystemRandom random;
  runtime::NullLogger logger;  // what goes wrong is in the error that the plugin is given
  runtime::Metrics metrics;
  std::unique_ptr<net::HttpClient> client;
};

Network::Network(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Network::~Network() = default;

Result<std::unique_ptr<Network>> Network::create(const std::string& ca_file) {
  auto impl = std::make_unique<Impl>();
  net::HttpClientOptions options;
  options.ca_file = ca_file;
  auto client = net::HttpClient::create(options, {impl->clock, impl->random, impl->logger, impl->metrics});
  if (!client) return client.error();
  impl->client = *std::move(client);
  return std::unique_ptr<Network>(new Network(std::move(impl)));
}

Result<FetchedHttp> Network::fetch(const FetchHttp& request, const CallContext& context) {
  return impl_->client->fetch(request, context);
}

}  // namespace gateway::conformance
